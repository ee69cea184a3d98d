/** `vllm-manage models`: what is served, what lies in the cache, fetching ahead of time, and removing. */
import { type CachedModel, cacheOf, findRemovable, readCached, readServed, removeModel } from "../apps/model-cache.ts";
import { pullModel } from "../apps/pull-model.ts";
import type { IndexedService } from "../model/index-file.ts";
import { next } from "../model/next.ts";
import { progressText } from "../model/progress-text.ts";
import { sizeText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { askYes } from "./ask.ts";
import { complain, print, printJson, table } from "./output.ts";
import { makeReporter } from "./progress.ts";

export async function listModels(
  services: readonly IndexedService[],
  options: { readonly json?: boolean },
): Promise<void> {
  const system = makeSystem();
  const found = await Promise.all(
    services.map(async (service) => {
      const [served, cached] = await Promise.all([
        readServed(system, service),
        service.modelCache === undefined ? [] : readCached(system, service.modelCache),
      ]);
      return { service, served, cached };
    }),
  );
  if (options.json === true) {
    const rows = found.map(({ service, served, cached }) => ({
      service: service.name,
      served: served ?? null,
      cached,
    }));
    return printJson({ version: 1, services: rows });
  }
  for (const { service, served, cached } of found) {
    const names =
      served === undefined ? "does not answer now" : `serves ${served.map(visible).join(", ") || "nothing"}`;
    print(`${service.name} ${names}`);
    const lacks = (service.modelCache?.models ?? []).filter((model) => cached.every((one) => one.model !== model));
    for (const model of lacks)
      print(`  ${visible(model)} is configured and not in the cache: the next start fetches it`);
    if (cached.length === 0) continue;
    const rows = cached.map((one) => [
      `  ${one.model}`,
      sizeText(one.bytes),
      one.revision?.slice(0, 12) ?? "-",
      stateOf(one),
    ]);
    print(table([["  IN THE CACHE", "SIZE", "REVISION", ""], ...rows]));
  }
}

function stateOf({ isConfigured, isPartial, trouble }: CachedModel): string {
  if (trouble !== undefined) return trouble;
  return [...(isConfigured ? ["configured"] : []), ...(isPartial ? ["not complete"] : [])].join(", ");
}

export async function pull(service: IndexedService, model: string): Promise<void> {
  const system = makeSystem();
  const reporter = makeReporter(process.stderr, () => system.clock.now().getTime());
  reporter.note(`fetching ${visible(model)} into the cache of ${service.name}`);
  const began = system.clock.now().getTime();
  const got = await pullModel(system, service, model, (bytes, whole) => {
    const seconds = (system.clock.now().getTime() - began) / 1000;
    reporter.progress(progressText(bytes, whole, seconds));
  });
  reporter.note(
    `${got.model}: ${sizeText(got.bytes)}${got.revision === undefined ? "" : `, revision ${got.revision.slice(0, 12)}`}`,
  );
  complain(next("vllm-manage models pull", service.name, got.model));
}

export async function remove(
  service: IndexedService,
  model: string,
  options: { readonly yes?: boolean },
): Promise<void> {
  const system = makeSystem();
  const found = await findRemovable(system, service, model);
  complain(`${found.model} of ${service.name}: ${sizeText(found.bytes)} in ${cacheOf(service).directory}`);
  if (options.yes !== true) await askYes("Remove it?");
  await removeModel(system, service, found);
  print(`removed ${found.model}; ${sizeText(found.bytes)} are free again`);
}
