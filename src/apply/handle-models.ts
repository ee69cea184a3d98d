/** Models pulled into the store of a service that runs by then. */
import { listModels, pullModel, unanswered } from "../admin/model-store.ts";
import type { Of } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import { hasModel, type StoreDoor } from "../model/model-store.ts";
import { progressText } from "../model/progress-text.ts";
import { type ApplyContext, type Handlers, refuseStopped } from "./context.ts";

export const MODELS: Handlers<"model"> = { model: pull };

/** A program that says it is well may take a moment until it listens behind podman. */
const LISTENS_MS = 30_000;
const LOOK_MS = 500;

async function pull(context: ApplyContext, { store, model }: Of<"model">): Promise<void> {
  const { system, reporter } = context;
  if (hasModel(await there(context, store), model)) return;
  const began = system.clock.now().getTime();
  await pullModel(system.http, store, model, (bytes, whole) => {
    // What is there of it by then is not fetched a second time.
    refuseStopped(context);
    const seconds = (system.clock.now().getTime() - began) / 1000;
    reporter.progress(`${model}: ${progressText(bytes, whole, seconds)}`);
  });
  if (hasModel(await there(context, store), model)) return;
  throw userError(
    "pull-failed",
    `${store.service} ended the pull of ${model} and does not have it`,
    `svc logs ${store.service}`,
  );
}

async function there({ system }: ApplyContext, store: StoreDoor): Promise<readonly string[]> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const models = await listModels(system.http, store);
    if (models !== undefined) return models.map(({ name }) => name);
    if (waited >= LISTENS_MS) throw unanswered(store);
    await system.clock.sleep(LOOK_MS);
  }
}
