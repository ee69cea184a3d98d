/** Stops services that nobody has used for as long as their site says; the default of their group comes back: what a timer runs. */
import { asUser } from "../commands/accounts.ts";
import { execInContainer } from "../commands/podman.ts";
import { UserError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { Idle } from "../model/sharing.ts";
import { spanText } from "../model/span.ts";
import type { System } from "../system/interfaces.ts";
import { readSample, type Sample, type Watch, watchOn } from "./activity.ts";
import { control, readStates } from "./control.ts";
import { bringDefaultsBack, type Returned, wakeInstead } from "./default-back.ts";

/** In /run: at boot everything begins anew. */
const WATCHES = "/run/install-quadlets-idle.json";
const ASK_MS = 20_000;

/** Says what it did; what it could not do stops nothing else. */
export async function stopIdle(system: System, index: ServiceIndex): Promise<readonly string[]> {
  const before = await readWatches(system);
  const now = Math.floor(system.clock.now().getTime() / 1000);
  const said: string[] = [];
  const after: Record<string, Watch> = {};
  for (const service of index.services) {
    if (service.idle === undefined) continue;
    const started = await startOf(system, service);
    if (started === undefined) continue;
    const watch = watchOn(before.watches[service.name], await ask(system, service, service.idle), now, started);
    after[service.name] = watch;
    if (now - watch.used < service.idle.seconds) continue;
    said.push(...(await putToSleep(system, index, service, now - watch.used)));
  }
  const { said: back, returned } = await bringDefaultsBack(system, index, before.returned);
  said.push(...back);
  const text = `${JSON.stringify({ watches: after, returned })}\n`;
  if (text !== `${JSON.stringify(before)}\n`) await system.files.write(WATCHES, text, { uid: 0, gid: 0, mode: 0o600 });
  return said;
}

/** Since when it is up; undefined where it is not, or not all of it: what starts is not to be stopped. */
async function startOf(system: System, service: IndexedService): Promise<string | undefined> {
  const states = await readStates(system, [{ service, units: service.units }]);
  const isUp = states.every(({ fact }) => fact?.active === "active" && !fact.queued);
  return isUp ? states.map(({ fact }) => fact?.since ?? "").join(" ") : undefined;
}

async function ask(system: System, service: IndexedService, { activity }: Idle): Promise<Sample | undefined> {
  const command = execInContainer(activity.container, activity.command, { timeoutMs: ASK_MS });
  try {
    const { exitCode, stdout } = await system.runner.probe(asUser(service, command));
    return exitCode === 0 ? readSample(activity, stdout) : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

async function putToSleep(
  system: System,
  index: ServiceIndex,
  service: IndexedService,
  seconds: number,
): Promise<readonly string[]> {
  const why = `${service.name}: nobody has used it for ${spanText(seconds)}`;
  try {
    await control(system, "stop", { service, units: service.units });
    const next = await wakeInstead(system, index, service);
    if (next === undefined) return [`${why}, stopped`];
    return [`${why}, stopped; ${next.name}, the default of ${next.swap?.group}, starts`];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [`${why}, but: ${error.message}`];
  }
}

interface Remembered {
  readonly watches: Readonly<Record<string, Watch>>;
  readonly returned: Returned;
}

async function readWatches(system: System): Promise<Remembered> {
  const found = parseJson((await system.files.read(WATCHES)) ?? "");
  const part = (name: "watches" | "returned") => (isRecord(found) && isRecord(found[name]) ? found[name] : {});
  return { watches: part("watches") as Remembered["watches"], returned: part("returned") as Returned };
}
