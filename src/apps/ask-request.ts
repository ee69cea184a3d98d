/** Makes the requests that a service file declares, one after another: what is read is asked for again until its time is over. */
import type { AskedStep, IndexedRequest } from "../model/asked.ts";
import type { HttpQuestion } from "../model/http.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { Secret } from "../model/secret.ts";
import { uuid7 } from "../model/uuid.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { judgeStep, type Lack, lackIn } from "./judge-asked.ts";
import { type Door, questionTo } from "./model-question.ts";
import { hasOwnPort } from "./own-port.ts";
import { nobodyAt } from "./probes.ts";

const PAUSE_MS = 1_000;
/** For what takes away again: also where the time is over. */
const LAST_MS = 10_000;
const ID_BYTES = 10;

export interface RequestAsked {
  readonly index: ServiceIndex;
  /** Whose file says so, and whose secret it is. */
  readonly service: IndexedService;
  readonly ask: IndexedRequest;
  readonly door: Door;
}

export async function askRequest(system: System, asked: RequestAsked): Promise<Lack | undefined> {
  const { service, ask } = asked;
  if (!(await mayShowKey(system, asked)))
    return { missing: `nobody answers at 127.0.0.1:${ask.port}`, hint: `sudo svc status ${ask.of}` };
  const bearer = ask.secret === undefined ? undefined : await readSecret(system, service, ask.secret);
  const now = system.clock.now();
  const end = now.getTime() + ask.within * 1_000;
  const made = { id: uuid7(now, system.random.bytes(ID_BYTES)), now: now.toISOString() };
  let lack: Lack | undefined;
  for (const step of ask.steps.map((one) => filledIn(one, made))) {
    if (lack !== undefined && step.anyway !== true) continue;
    const found = await makeStep(system, { ...asked, step, bearer, end });
    // What failed first is what is said.
    lack ??= found;
  }
  return lack && { ...(ask.hint !== undefined && { hint: ask.hint }), ...lack };
}

/** By a name the certificate says who it is; at a loopback port it is whose socket that is. */
async function mayShowKey(system: System, { index, ask }: RequestAsked): Promise<boolean> {
  if (ask.name !== undefined || ask.secret === undefined) return true;
  const owner = index.services.find(({ name }) => name === ask.of);
  return owner !== undefined && hasOwnPort(system, owner, ask.port);
}

interface StepAsked extends RequestAsked {
  readonly step: AskedStep;
  readonly bearer: Secret | undefined;
  readonly end: number;
}

/** What changes something is asked once. */
async function makeStep(system: System, asked: StepAsked): Promise<Lack | undefined> {
  const { step, ask, door, bearer, end } = asked;
  for (;;) {
    const left = end - system.clock.now().getTime();
    const timeoutMs = step.anyway === true ? LAST_MS : Math.max(left, PAUSE_MS);
    const { path, method, body } = step;
    const question: HttpQuestion = {
      ...questionTo("proxy", { ...ask, path }, door, timeoutMs),
      method,
      bearer,
      ...(body && { body: new Secret(JSON.stringify(body)) }),
    };
    const lack = await answerTo(system, step, question);
    if (lack === undefined || method !== "GET" || left <= PAUSE_MS) return lack;
    await system.clock.sleep(PAUSE_MS);
  }
}

async function answerTo(system: System, step: AskedStep, question: HttpQuestion): Promise<Lack | undefined> {
  try {
    const answer = await system.http.ask(question);
    const missing = answer === undefined ? nobodyAt(question) : judgeStep(step, answer);
    return missing === undefined ? undefined : { missing };
  } catch (error) {
    return lackIn(error);
  }
}

/** Neither has a character that JSON or a path would read otherwise. */
function filledIn(step: AskedStep, { id, now }: { readonly id: string; readonly now: string }): AskedStep {
  const filled = JSON.stringify(step)
    .replaceAll("$<id>", () => id)
    .replaceAll("$<now>", () => now);
  return JSON.parse(filled) as AskedStep;
}
