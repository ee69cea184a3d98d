/** Images: full references that a user has, and which of the wanted references they satisfy. */
import { listImages } from "../commands/podman.ts";
import type { AccountFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";
import { isRecord, parseJson, readStore, textsOf } from "./user-stores.ts";

/** overlay wherever the kernel has it (5.13+ for rootless); vfs where it has not. */
const STORES = ["overlay-images/images.json", "vfs-images/images.json"];

/** Every name of every image, and every wanted reference that one of them satisfies. */
export async function gatherImages(
  system: System,
  account: AccountFact,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const lists = await Promise.all(
    STORES.map((file) => readStore(system, account, file, parseImageNames, listImages())),
  );
  const names = lists.flat();
  return [...new Set([...names, ...wanted.filter((reference) => satisfies(names, reference))])].sort();
}

/** [{"names": ["docker.io/library/nginx:1.27"], "digest": "sha256:...", "big-data-names": ["manifest-sha256:..."]}] */
export function parseImageNames(text: string): readonly string[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value)) return undefined;
  return value.filter(isRecord).flatMap((image) => {
    const names = textsOf(image["names"]);
    const repositories = new Set(names.map(repositoryOf));
    const digests = digestsOf(image);
    return [...names, ...[...repositories].flatMap((name) => digests.map((digest) => `${name}@${digest}`))];
  });
}

/** "name:tag@digest" is stored, and found, as "name@digest": the digest decides. */
function satisfies(names: readonly string[], reference: string): boolean {
  if (names.includes(reference)) return true;
  const digest = reference.split("@")[1];
  return digest !== undefined && names.includes(`${repositoryOf(reference)}@${digest}`);
}

/** Without tag and digest; the colon of a registry's port comes before a slash. */
function repositoryOf(reference: string): string {
  return (reference.split("@")[0] ?? "").replace(/:[^:/]+$/, "");
}

/** An image pulled by the digest of its list of architectures also has the digest of its own manifest. */
function digestsOf(image: Readonly<Record<string, unknown>>): readonly string[] {
  const own = typeof image["digest"] === "string" ? [image["digest"]] : [];
  const manifests = textsOf(image["big-data-names"]).filter((name) => name.startsWith("manifest-sha256:"));
  return [...new Set([...own, ...manifests.map((name) => name.slice("manifest-".length))])];
}
