/** The models of a service: which it serves now, which lie in its cache, and how one gets there or goes. */
import { asUser } from "../commands/accounts.ts";
import { fetchModel, removeFromCache } from "../commands/models.ts";
import { UserError } from "../model/diagnostic.ts";
import type { HttpQuestion } from "../model/http.ts";
import type { IndexedService } from "../model/index-file.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { folderOf, type IndexedModelCache, isModelName, modelIn } from "../model/model-cache.ts";
import { nearest } from "../model/nearest.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { hasOwnPort } from "./own-port.ts";

export interface CachedModel {
  readonly model: string;
  readonly bytes: number;
  /** Of the repository; undefined where nothing says. */
  readonly revision: string | undefined;
  /** A download is under way, or was cut off. */
  readonly isPartial: boolean;
  readonly isConfigured: boolean;
  /** Why it could not be looked at. */
  readonly trouble: string | undefined;
}

/** No model has so many files; what a service planted must not keep root busy. */
const MOST_FILES = 20_000;
const MOST_MODELS = 1_000;
const REVISION = /^[0-9a-f]{7,64}$/;
const ANSWER_MS = 10_000;

export function cacheOf({ modelCache, name }: IndexedService): IndexedModelCache {
  if (modelCache !== undefined) return modelCache;
  throw new UserError(`nothing says where ${name} keeps its models`, "sudo install-quadlets, if its service file does");
}

/** The directory is the service user's: no link in it is followed, and what cannot be looked at is a line of its own. */
export async function readCached(system: System, cache: IndexedModelCache): Promise<readonly CachedModel[]> {
  const folders = (await system.files.list(cache.directory)).slice(0, MOST_MODELS);
  const models = folders.flatMap((folder) => modelIn(folder) ?? []);
  return Promise.all(models.map((model) => readOne(system, cache, model)));
}

async function readOne(system: System, cache: IndexedModelCache, model: string): Promise<CachedModel> {
  const folder = `${cache.directory}/${folderOf(model)}`;
  const known = { model, isConfigured: cache.models.includes(model) };
  try {
    const { bytes, isPartial } = await sizeOf(system, `${folder}/blobs`);
    const revision = (await system.files.read(`${folder}/refs/main`, 1024))?.trim() ?? "";
    const ref = REVISION.test(revision) ? revision : undefined;
    return { ...known, bytes, revision: ref, isPartial: isPartial || ref === undefined, trouble: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...known, bytes: 0, revision: undefined, isPartial: true, trouble: visible(error.message) };
  }
}

/** Files themselves: what points to them from a revision is not counted again. */
async function sizeOf(
  { files }: System,
  blobs: string,
): Promise<{ readonly bytes: number; readonly isPartial: boolean }> {
  const names = (await files.list(blobs)).slice(0, MOST_FILES);
  const stats = await Promise.all(names.map((name) => files.stat(`${blobs}/${name}`)));
  return {
    bytes: stats.reduce((sum, stat) => sum + (stat?.kind === "file" ? stat.size : 0), 0),
    isPartial: names.some((name) => name.endsWith(".incomplete")),
  };
}

/** Names that clients use; undefined where it does not answer, because it is asleep, loading or down. */
export async function readServed(system: System, service: IndexedService): Promise<readonly string[] | undefined> {
  const [probe] = service.probes ?? [];
  if (probe === undefined || !(await hasOwnPort(system, service, probe.port))) return undefined;
  const question: HttpQuestion = {
    method: "GET",
    port: probe.port,
    path: "/v1/models",
    bearer: probe.secret === undefined ? undefined : await readSecret(system, service, probe.secret),
    timeoutMs: ANSWER_MS,
  };
  try {
    const answer = await system.http.ask(question);
    const list = answer?.status === 200 ? parseJson(answer.body) : undefined;
    if (!isRecord(list) || !Array.isArray(list["data"])) return undefined;
    return list["data"].flatMap((one: unknown) => (isRecord(one) && typeof one["id"] === "string" ? [one["id"]] : []));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

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
  const fetching = system.runner.run(asUser(service, fetchModel(cache, model)), hear).finally(() => {
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
  return readOne(system, cache, model);
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
  return found === undefined ? error : new UserError(found[1](model), found[2](name));
}

function refuseName(model: string): void {
  if (isModelName(model)) return;
  throw new UserError(`${visible(model)} is no name of a model`, "PUBLISHER/NAME, for example Qwen/Qwen3-8B");
}

/** What is there under that name, and may go. */
export async function findRemovable(system: System, service: IndexedService, model: string): Promise<CachedModel> {
  const cached = await readCached(system, cacheOf(service));
  const found = cached.find((one) => one.model === model);
  if (found === undefined) {
    const names = cached.map((one) => one.model);
    const near = nearest(model, names);
    throw new UserError(
      `${visible(model)} is not in the cache of ${service.name}`,
      near === undefined ? `there are ${names.join(", ") || "none"}` : `did you mean ${near}?`,
    );
  }
  if (found.isConfigured) {
    throw new UserError(
      `${model} is what ${service.name} is configured to load`,
      `vllm-manage reconfigure ${service.name} model=... first`,
    );
  }
  return found;
}

export async function removeModel(system: System, service: IndexedService, { model }: CachedModel): Promise<void> {
  const { directory } = cacheOf(service);
  const folder = folderOf(model);
  await system.runner.run(
    asUser(service, removeFromCache([`${directory}/${folder}`, `${directory}/.locks/${folder}`])),
  );
}
