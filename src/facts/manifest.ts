/** What a registry has under a name, as far as `podman manifest inspect` tells. */
import { isRecord, parseJson } from "../model/json.ts";

/** One of a list of architectures. */
export interface RemoteImage {
  readonly digest: string;
  /** "amd64"; undefined where it does not say. */
  readonly architecture: string | undefined;
  /** "2026-11-20", where it says so. */
  readonly day: string | undefined;
}

const CREATED = "org.opencontainers.image.created";
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** What podman says of an image that is in no list: since 5.0 its answer has neither its digest nor that of its configuration. */
const SINGLE = 'as a "application/vnd.oci.image.manifest.v1+json"';
const SINGLE_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

/** {"mediaType": "...", "manifests": [{"digest": "sha256:...", "platform": {"architecture": "amd64"}}]} */
export function parseManifest(text: string): readonly RemoteImage[] | "single" | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { manifests, mediaType } = value;
  if (mediaType === SINGLE_TYPE) return "single";
  const found = Array.isArray(manifests) ? manifests.flatMap(ofList) : [];
  return found.length === 0 ? undefined : found;
}

/** Podman takes an OCI image that is in no list for an error. */
export function saysSingle(stderr: string): boolean {
  return stderr.includes(SINGLE);
}

function ofList(entry: unknown): readonly RemoteImage[] {
  if (!isRecord(entry)) return [];
  const { digest } = entry;
  if (typeof digest !== "string" || !DIGEST.test(digest)) return [];
  const platform = isRecord(entry["platform"]) ? entry["platform"] : {};
  const architecture = typeof platform["architecture"] === "string" ? platform["architecture"] : undefined;
  return [{ digest, architecture, day: dayOf(entry) }];
}

function dayOf({ annotations }: Readonly<Record<string, unknown>>): string | undefined {
  const created = isRecord(annotations) ? annotations[CREATED] : undefined;
  return typeof created === "string" ? /^\d{4}-\d\d-\d\d/.exec(created)?.[0] : undefined;
}
