/** Where people find a service: at all of its names, or else at its first address. */
import type { IndexedService } from "../model/index-file.ts";

export function whereText({ urls }: Pick<IndexedService, "urls">): string {
  const named = urls.filter((url) => url.startsWith("https://"));
  return named.length > 0 ? named.join(", ") : (urls[0] ?? "");
}
