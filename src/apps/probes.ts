/** Asks models whether they serve, as clients would: through the public name where they have one, with the key that opens them. */
import { UserError } from "../model/diagnostic.ts";
import { type HttpAnswer, type HttpQuestion, isGood } from "../model/http.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { parseJson } from "../model/json.ts";
import { type IndexedProbe, isFound } from "../model/probe.ts";
import { reasonIn } from "../model/refusal-text.ts";
import { Secret } from "../model/secret.ts";
import type { System } from "../system/interfaces.ts";
import { readStates } from "./control.ts";
import { readSecret } from "./enter.ts";
import { questionTo, whereOf } from "./model-question.ts";
import { hasOwnPort } from "./own-port.ts";
import { readTrust } from "./trust.ts";

export interface Answered {
  readonly service: string;
  readonly kind: "model" | "route" | "name" | "request";
  /** A model, whoever is behind a route, a name of the zone, or who answers requests. */
  readonly asked: string;
  readonly where: string;
  /** What is to come from it: "a token". */
  readonly wanted: string;
  readonly milliseconds: number;
  /** Undefined where it came. */
  readonly missing: string | undefined;
  readonly hint: string | undefined;
  readonly byHand: boolean;
}

/** For one answer, and for one that tries again: what has just started is not always ready at its first word. */
const ANSWER_MS = 60_000;
const TRIES_MS = 20_000;
const PAUSE_MS = 1_000;

/**
 * Those that are meant to serve now, service by service, side by side within each. What leads to models of others comes last, and only
 * where those answered: the cause is said, and not its victims.
 */
export async function askModels(
  system: System,
  index: ServiceIndex,
  isMeant: (service: IndexedService) => boolean = () => true,
): Promise<readonly Answered[]> {
  const asked = index.services.filter((service) => (service.probes ?? []).length > 0 && isMeant(service));
  if (asked.length === 0) return [];
  const asleep = await sleepers(system, index);
  const trust = await readTrust(system, index);
  const answers: Answered[] = [];
  for (const isLed of [false, true]) {
    const silent = new Set([
      ...asleep,
      ...answers.filter(({ missing }) => missing !== undefined).map((one) => one.service),
    ]);
    const now = asked.flatMap((service) =>
      (service.probes ?? [])
        .filter(
          ({ needs = [] }) => needs.length > 0 === isLed && ![service.name, ...needs].some((name) => silent.has(name)),
        )
        .map((probe) => askProbe(system, { service, probe, address: index.address, trust })),
    );
    answers.push(...(await Promise.all(now)));
  }
  return answers;
}

/** Of those that take turns, or may sleep: a service that does not run without a reason is asked, and does not answer. */
export async function sleepers(system: System, { services }: ServiceIndex): Promise<readonly string[]> {
  const mayRest = services.filter(({ swap, idle }) => swap !== undefined || idle !== undefined);
  const states = await readStates(
    system,
    mayRest.map((service) => ({ service, units: service.units })),
  );
  return mayRest
    .filter((service) => !states.some((state) => state.service === service && state.fact?.active === "active"))
    .map(({ name }) => name);
}

interface Question {
  readonly service: IndexedService;
  readonly probe: IndexedProbe;
  readonly address: string;
  readonly trust: string | undefined;
}

export async function askProbe(system: System, { service, probe, address, trust }: Question): Promise<Answered> {
  const { name, port, model, wanted, hint, byHand = false } = probe;
  const began = system.clock.now().getTime();
  const given = {
    service: service.name,
    kind: "model" as const,
    asked: model,
    where: whereOf("proxy", probe),
    wanted,
    byHand,
  };
  const done = (missing?: string, advice?: string): Answered => ({
    ...given,
    milliseconds: system.clock.now().getTime() - began,
    missing,
    hint: missing === undefined ? undefined : (advice ?? `sudo svc status ${service.name}`),
  });
  try {
    const question: HttpQuestion = {
      ...questionTo("proxy", probe, { address, trust }, ANSWER_MS),
      bearer: probe.secret === undefined ? undefined : await readSecret(system, service, probe.secret),
      body: new Secret(probe.body),
    };
    // By a name the certificate says who it is.
    if (name === undefined && probe.secret !== undefined && !(await hasOwnPort(system, service, port)))
      return done(nobodyAt(question));
    const answer = await askUntil(system, question, began + TRIES_MS);
    if (answer === undefined) return done(nobodyAt(question), name === undefined ? undefined : "sudo svc status");
    if (answer.status === 401)
      return done("the key that is in the store is refused", `sudo svc restart ${service.name}`);
    if (!isGood(answer)) return done(`it answers ${answer.status}: ${reasonIn(answer.body)}`, hint);
    return isFound(parseJson(answer.body), probe.find) ? done() : done(`it answers without ${wanted}`, hint);
  } catch (error) {
    if (error instanceof UserError) return done(error.message, error.hint);
    throw error;
  }
}

/**
 * Nobody there, what a proxy says of that, and a connection that an old worker of it took and ended, may pass within seconds; everything
 * else stays as it is.
 */
async function askUntil(system: System, question: HttpQuestion, end: number): Promise<HttpAnswer | undefined> {
  for (;;) {
    const answer = await system.http.ask(question).catch((error: unknown) => {
      if (error instanceof UserError) return error;
      throw error;
    });
    const failed = answer instanceof UserError;
    const mayPass = answer === undefined || failed || answer.status >= 500 || answer.status === 429;
    if (mayPass && system.clock.now().getTime() + PAUSE_MS < end) await system.clock.sleep(PAUSE_MS);
    else if (failed) throw answer;
    else return answer;
  }
}

export function nobodyAt({ by, port }: HttpQuestion): string {
  return by === undefined ? `nobody answers at 127.0.0.1:${port}` : `nobody answers at ${by.address}:${port}`;
}
