/** Asks services that run whether they do what they are there for: a proxy for its routes, a name server for its names, others what their files say. */
import type { IndexedAsk, IndexedName, IndexedRoute } from "../model/asked.ts";
import { UserError } from "../model/diagnostic.ts";
import type { HttpAnswer, HttpQuestion } from "../model/http.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { askRequest } from "./ask-request.ts";
import { readStates } from "./control.ts";
import { behindOf, isPassedOn, judgeName, judgeRoute, type Lack, lackIn } from "./judge-asked.ts";
import { type Door, questionTo } from "./model-question.ts";
import { type Answered, nobodyAt, sleepers } from "./probes.ts";
import { readTrust } from "./trust.ts";

const ROUTE_MS = 15_000;
const NAME_MS = 5_000;
/** A worker of a proxy that just reloads may take a connection with it: asked once more. */
const PAUSE_MS = 1_000;

/** All side by side, each with an end of its own. What leads to one that sleeps, or is known not to run, says nothing that is not known. */
export async function askServices(
  system: System,
  index: ServiceIndex,
  isMeant: (service: IndexedService) => boolean,
  down: ReadonlySet<string> = new Set(),
): Promise<readonly Answered[]> {
  const asking = index.services.filter((service) => (service.asks ?? []).length > 0 && isMeant(service));
  if (asking.length === 0) return [];
  const resting = new Set(await sleepers(system, index));
  const door = { address: index.address, trust: await readTrust(system, index) };
  const isAsked = (service: IndexedService, ask: IndexedAsk): boolean => {
    if (ask.kind === "name") return true;
    if (ask.kind === "route") return !resting.has(ask.to);
    return !resting.has(ask.of) && (ask.of === service.name || !down.has(ask.of));
  };
  const all = asking.flatMap((service) =>
    (service.asks ?? []).filter((ask) => isAsked(service, ask)).map((ask) => askOne(system, index, service, ask, door)),
  );
  return Promise.all(all);
}

async function askOne(
  system: System,
  index: ServiceIndex,
  service: IndexedService,
  ask: IndexedAsk,
  door: Door,
): Promise<Answered> {
  const began = system.clock.now().getTime();
  const lack = await lackOf(system, index, service, ask, door).catch(lackIn);
  return {
    service: service.name,
    ...wordsOf(ask),
    milliseconds: system.clock.now().getTime() - began,
    missing: lack?.missing,
    hint: lack && (lack.hint ?? `sudo svc restart ${service.name}`),
    byHand: lack?.byHand ?? false,
  };
}

function wordsOf(ask: IndexedAsk): Pick<Answered, "kind" | "asked" | "where" | "wanted"> {
  const { kind } = ask;
  if (kind === "route") return { kind, asked: ask.to, where: `https://${ask.name}`, wanted: "an answer" };
  if (kind === "name") {
    const { name, address, at } = ask;
    return { kind, asked: name, where: `${at.address}:${at.port}`, wanted: `the address ${address}` };
  }
  const where = ask.name === undefined ? `http://127.0.0.1:${ask.port}` : `https://${ask.name}`;
  return { kind, asked: ask.of, where, wanted: ask.wanted };
}

function lackOf(
  system: System,
  index: ServiceIndex,
  service: IndexedService,
  ask: IndexedAsk,
  door: Door,
): Promise<Lack | undefined> {
  if (ask.kind === "route") return askRoute(system, index, ask, door);
  if (ask.kind === "name") return askName(system, ask);
  return askRequest(system, { index, service, ask, door });
}

async function askRoute(
  system: System,
  index: ServiceIndex,
  route: IndexedRoute,
  door: Door,
): Promise<Lack | undefined> {
  const question: HttpQuestion = {
    ...questionTo("proxy", { name: route.name, port: 0, path: route.path }, door, ROUTE_MS),
    method: "GET",
  };
  const answer = await askTwice(system, question);
  if (answer === undefined) return { missing: nobodyAt(question) };
  if (isPassedOn(answer)) return undefined;
  const behind = index.services.find(({ name }) => name === route.to);
  const states = behind === undefined ? [] : await readStates(system, [{ service: behind, units: behind.units }]);
  return judgeRoute(route, answer, behindOf(states));
}

async function askTwice(system: System, question: HttpQuestion): Promise<HttpAnswer | undefined> {
  const first = await system.http.ask(question).catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (first !== undefined && isPassedOn(first)) return first;
  await system.clock.sleep(PAUSE_MS);
  return system.http.ask(question);
}

async function askName(system: System, ask: IndexedName): Promise<Lack | undefined> {
  const { address: server, port } = ask.at;
  return judgeName(ask, await system.dns.addresses({ name: ask.name, server, port, timeoutMs: NAME_MS }));
}
