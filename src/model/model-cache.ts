/** Where a service keeps the models that it downloads, in the form that Hugging Face gives a cache, and how one is fetched ahead of time. */
import type { AbsolutePath } from "./names.ts";

export interface ModelCache {
  /** The directory with `models--PUBLISHER--NAME` in it. */
  readonly directory: AbsolutePath;
  /** What the service is configured to load. */
  readonly models: readonly string[];
  /** The container whose image and mounts fetch it. */
  readonly container: string;
  /** Run there; `$<model>` stands for the name. A line "bytes N" of it says how much there will be. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Secrets of the service by the variable that the command finds them in, as far as they are set. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** With podman's names, and all that starting it takes. */
export interface IndexedModelCache extends ModelCache {
  readonly image: string;
  readonly mounts: readonly { readonly source: string; readonly target: string }[];
  /** What the weights of those of `models` take that somebody knows, about. */
  readonly bytes?: Readonly<Record<string, number>>;
}

/** As Hugging Face names models: two parts, of which none begins or ends with what a file name could hide in. */
export function isModelName(text: string): boolean {
  const part = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?";
  return new RegExp(`^${part}/${part}$`).test(text) && !/--|\.\./.test(text);
}

const PREFIX = "models--";

/** "models--Qwen--Qwen3-8B" */
export function folderOf(model: string): string {
  return `${PREFIX}${model.replace("/", "--")}`;
}

/** Undefined for what is no model. */
export function modelIn(folder: string): string | undefined {
  const model = folder.startsWith(PREFIX) ? folder.slice(PREFIX.length).replace("--", "/") : "";
  return isModelName(model) ? model : undefined;
}
