/** Fetches a model into the cache of a service ahead of time, and tells how far it is by what lies there. */
import { asUser } from "../commands/accounts.ts";
import { fetchModel } from "../commands/models.ts";
import { listSecrets } from "../commands/podman.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { folderOf, type IndexedModelCache, isModelName } from "../model/model-cache.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { type CachedModel, cacheOf, readModel, sizeOf } from "./model-cache.ts";

/** So far, and of how many; undefined until somebody knows. */
export type Progress = (bytes: number, whole: number | undefined) => void;

const LOOK_MS = 1_000;

/** Returns what it is in the cache then. */
export async function pullModel(
  system: System,
  service: IndexedService,
  model: string,
  progress: Progress,
): Promise<CachedModel> {
  const cache = cacheOf(service);
  refuseName(model);
  const blobs = `${cache.directory}/${folderOf(model)}/blobs`;
  let whole: number | undefined;
  const hear = (line: string): void => {
    const [, bytes] = /^bytes ([0-9]{1,15})$/.exec(line.trim()) ?? [];
    if (bytes !== undefined) whole = Number(bytes);
  };
  let isDone = false;
  const secrets = await setSecrets(system, service, cache);
  const fetching = system.runner.run(asUser(service, fetchModel({ ...cache, secrets }, model)), hear).finally(() => {
    isDone = true;
  });
  // Its failure is awaited below.
  fetching.catch(() => undefined);
  while (!isDone) {
    await Promise.race([fetching.catch(() => undefined), system.clock.sleep(LOOK_MS)]);
    if (!isDone) progress((await sizeOf(system, blobs)).bytes, whole);
  }
  await fetching.catch((error: unknown) => {
    throw explained(error, service, model);
  });
  return readModel(system, cache, model);
}

/** podman refuses to start with a name that it does not know. */
async function setSecrets(
  system: System,
  service: IndexedService,
  { secrets }: IndexedModelCache,
): Promise<IndexedModelCache["secrets"]> {
  const { stdout } = await system.runner.probe(asUser(service, listSecrets()));
  const there = new Set(stdout.split("\n"));
  return Object.fromEntries(Object.entries(secrets).filter(([, name]) => there.has(name)));
}

/** In the words of huggingface_hub and of podman; the rest stays as it is. */
const REASONS: readonly (readonly [RegExp, (model: string) => string, (service: string) => string])[] = [
  [
    /GatedRepoError|gated repo/i,
    (model) => `the model ${model} is gated, and there is no token that may read it`,
    (service) => `sudo install-quadlets secrets set ${service}/hf-token`,
  ],
  [
    /RepositoryNotFoundError|Repository Not Found|404 Client Error/i,
    (model) => `there is no model ${model} on Hugging Face, or only for whoever has a token`,
    () => "look for it at https://huggingface.co/models",
  ],
  [
    /is already in use|name .*-fetch.* in use/i,
    () => "a model is being fetched for this service already",
    () => "wait until that is done",
  ],
  [/No space left on device/i, () => "the disk is full", () => "sudo vllm-manage models shows what could go"],
  [
    /image not known|no such image|unable to find/i,
    () => "its image is not there yet",
    () => "sudo install-quadlets, or sudo svc pull",
  ],
  [
    /name resolution|Max retries|ConnectionError|Network is unreachable/i,
    () => "Hugging Face cannot be reached",
    () => "curl -fsSI https://huggingface.co",
  ],
];

function explained(error: unknown, { name }: IndexedService, model: string): unknown {
  if (!(error instanceof UserError)) return error;
  const found = REASONS.find(([pattern]) => pattern.test(error.message));
  return found === undefined ? error : userError("pull-failed", found[1](model), found[2](name));
}

function refuseName(model: string): void {
  if (isModelName(model)) return;
  throw userError("bad-value", `${visible(model)} is no name of a model`, "PUBLISHER/NAME, for example Qwen/Qwen3-8B");
}
