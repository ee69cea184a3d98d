/** Images: full references with their ids, and what the containers of a user were made from. */
import { asUser } from "../commands/accounts.ts";
import { inspectImages, listContainerImages, listImages } from "../commands/podman.ts";
import type { AccountFact } from "../model/facts.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { System } from "../system/interfaces.ts";
import { readStore } from "./user-stores.ts";

/** overlay wherever the kernel has it (5.13+ for rootless); vfs where it has not. */
const DRIVERS = ["overlay", "vfs"];
/** A container that is removed when it ends, as every quadlet's is, stands in the second. */
const CONTAINER_LISTS = ["containers.json", "volatile-containers.json"];

/** A name, and the id of the image that it stands for: 64 hexadecimal digits. */
export type NamedImage = readonly [name: string, id: string];

/** Every name of every image, and every wanted reference that one of them satisfies. */
export async function gatherImages(
  system: System,
  account: AccountFact,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ask = { command: listImages(), parseLine };
  const lists = await Promise.all(
    DRIVERS.map((driver) => readStore(system, account, `${driver}-images/images.json`, parseImageNames, ask)),
  );
  const names = new Map(lists.flat());
  const satisfied = wanted.flatMap((reference): readonly NamedImage[] => {
    const id = idOf(names, reference);
    return id === undefined ? [] : [[reference, id]];
  });
  return new Map([...names, ...satisfied]);
}

export interface ImageFact {
  /** "sha256:..." */
  readonly digest: string;
  /** "2026-11-20 08:15:00 +0000 UTC" */
  readonly created: string;
}

/** By id; what podman does not know is left out. */
export async function describeImages(
  { runner }: System,
  account: AccountFact,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ImageFact>> {
  const { stdout } = await runner.probe(asUser(account, inspectImages(ids)));
  const lines = stdout.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line): readonly [string, ImageFact] => {
      const [id = "", digest = "", ...created] = line.split(" ");
      return [id, { digest, created: created.join(" ") }];
    }),
  );
}

/** By name of the container. */
export async function gatherContainers(system: System, account: AccountFact): Promise<ReadonlyMap<string, string>> {
  const ask = { command: listContainerImages(), parseLine };
  const files = DRIVERS.flatMap((driver) => CONTAINER_LISTS.map((list) => `${driver}-containers/${list}`));
  const lists = await Promise.all(files.map((file) => readStore(system, account, file, parseContainers, ask)));
  return new Map(lists.flat());
}

/** [{"id": "...", "names": ["docker.io/library/nginx:1.27"], "digest": "sha256:...", "big-data-names": ["manifest-sha256:..."]}] */
export function parseImageNames(text: string): readonly NamedImage[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value)) return undefined;
  return value.filter(isRecord).flatMap((image) => {
    const id = typeof image["id"] === "string" ? image["id"] : "";
    const names = textsOf(image["names"]);
    const repositories = new Set(names.map(repositoryOf));
    const digests = digestsOf(image);
    const byDigest = [...repositories].flatMap((name) => digests.map((digest) => `${name}@${digest}`));
    return [...names, ...byDigest].map((name): NamedImage => [name, id]);
  });
}

/** [{"names": ["opik-mysql"], "image": "..."}] */
export function parseContainers(text: string): readonly NamedImage[] | undefined {
  const value = parseJson(text);
  if (!Array.isArray(value)) return undefined;
  return value.filter(isRecord).flatMap(({ names, image }) => {
    return typeof image === "string" ? textsOf(names).map((name): NamedImage => [name, image]) : [];
  });
}

/** "NAME sha256:ID" */
function parseLine(line: string): NamedImage {
  const at = line.lastIndexOf(" ");
  return [line.slice(0, at), line.slice(at + 1).replace(/^sha256:/, "")];
}

/** "name:tag@digest" is stored, and found, as "name@digest": the digest decides. */
function idOf(names: ReadonlyMap<string, string>, reference: string): string | undefined {
  const digest = reference.split("@")[1];
  return names.get(reference) ?? (digest && names.get(`${repositoryOf(reference)}@${digest}`));
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
