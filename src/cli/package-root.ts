/** Where this package lies: apart from what is read there, because small commands load nothing of the configuration. */
import { fileURLToPath } from "node:url";

/** Chunks and commands in dist/ and this file in src/cli/ are all two levels below the root. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

export function packageFile(name: string): string {
  return `${ROOT}/${name}`;
}
