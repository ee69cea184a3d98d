/** The models of a service: which it serves now, which lie in its cache, and how one gets there or goes. */
import { asUser } from "../commands/accounts.ts";
import { removeFromCache } from "../commands/models.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { HttpQuestion } from "../model/http.ts";
import type { IndexedService } from "../model/index-file.ts";
import { folderOf, type IndexedModelCache, modelIn } from "../model/model-cache.ts";
import { MODELS_PATH, servedModels } from "../model/served-models.ts";
import { suggestOne } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { hasOwnPort } from "./own-port.ts";
import type { More } from "./signs.ts";

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
  throw userError(
    "not-recorded",
    `nothing says where ${name} keeps its models`,
    "sudo install-quadlets, if its service file does",
  );
}

/** The directory is the service user's: no link in it is followed, and what cannot be looked at is a line of its own. */
export async function readCached(system: System, cache: IndexedModelCache): Promise<readonly CachedModel[]> {
  const folders = (await system.files.list(cache.directory)).slice(0, MOST_MODELS);
  const models = folders.flatMap((folder) => modelIn(folder) ?? []);
  return Promise.all(models.map((model) => readModel(system, cache, model)));
}

export async function readModel(system: System, cache: IndexedModelCache, model: string): Promise<CachedModel> {
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
export async function sizeOf(
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

/** Of the models that it is configured to load; undefined where nothing is there yet, or it keeps none. */
export async function fetchedOf(system: System, { modelCache }: IndexedService): Promise<More["fetched"]> {
  if (modelCache === undefined) return undefined;
  const { directory, models, bytes: known = {} } = modelCache;
  const sizes = await Promise.all(models.map((model) => sizeOf(system, `${directory}/${folderOf(model)}/blobs`)));
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
  const wholes = models.map((model) => known[model]);
  const whole = wholes.every((size) => size !== undefined) ? wholes.reduce((sum, size) => sum + size, 0) : undefined;
  return bytes === 0 ? undefined : { bytes, whole };
}

/** Names that clients use; undefined where it does not answer, because it is asleep, loading or down. */
export async function readServed(system: System, service: IndexedService): Promise<readonly string[] | undefined> {
  const [probe] = service.probes ?? [];
  if (probe === undefined || !(await hasOwnPort(system, service, probe.port))) return undefined;
  const question: HttpQuestion = {
    method: "GET",
    port: probe.port,
    path: MODELS_PATH,
    bearer: probe.secret === undefined ? undefined : await readSecret(system, service, probe.secret),
    timeoutMs: ANSWER_MS,
  };
  const answer = await ifReadable(system.http.ask(question));
  return answer?.status === 200 ? servedModels(answer.body) : undefined;
}

/** What is there under that name, and may go. */
export async function findRemovable(system: System, service: IndexedService, model: string): Promise<CachedModel> {
  const cached = await readCached(system, cacheOf(service));
  const found = cached.find((one) => one.model === model);
  if (found === undefined) {
    const names = cached.map((one) => one.model);
    throw userError(
      "unknown-name",
      `${visible(model)} is not in the cache of ${service.name}`,
      suggestOne(model, names),
    );
  }
  if (found.isConfigured) {
    throw userError(
      "does-not-apply",
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
