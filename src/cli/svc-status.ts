/** `svc status`: a word, a sentence and what to do, of one service, of one unit, or of all. */
import type { Expiries } from "../apps/expiry-text.ts";
import { expiryText, judgeCertificate } from "../apps/expiry-text.ts";
import { lookAt, type ServiceState, type UnitReport } from "../apps/look.ts";
import { answerAsJson, answerLines } from "../apps/missing-answers.ts";
import type { Answered } from "../apps/probes.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import type { Judgement } from "../apps/signs.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";
import { unitJson, unitRows } from "./svc-units.ts";

export interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly ask?: boolean;
}

export interface Status {
  readonly name: string;
  readonly judgement: Judgement;
  readonly state: ServiceState;
  /** Those that were asked about. */
  readonly units: readonly UnitReport[];
  readonly expiries: Expiries;
  /** What its models gave, where they were asked. */
  readonly answers?: readonly Answered[];
}

/** Without a name all services; a unit's name stands for that one. */
export async function readStatus(
  system: System,
  index: ServiceIndex,
  name: string | undefined,
): Promise<readonly Status[]> {
  const target = name === undefined ? undefined : findTarget(index, name);
  const services = target === undefined ? index.services : [target.service];
  const found = new Map<string, Expiries>();
  const states = await lookAt(system, services, async (service) => {
    const expiries = await readExpiriesOf(system, index, service);
    found.set(service.name, expiries);
    return judgeCertificate(expiries);
  });
  return states.map((state) => {
    const whole = target === undefined || target.units.length === state.units.length;
    const units = whole ? state.units : state.units.filter((one) => target.units.includes(one.state.unit));
    const judgement = whole ? state.judgement : (units[0]?.judgement ?? state.judgement);
    const expiries = found.get(state.service.name) ?? {};
    return { name: name ?? state.service.name, judgement, state, units, expiries };
  });
}

export async function status(name: string | undefined, options: StatusOptions): Promise<void> {
  if (options.watch === true) return (await import("./svc-watch.ts")).watch(name);
  const system = makeSystem();
  const index = await readIndex(system);
  const seen = await readStatus(system, index, name);
  const all = options.ask === true ? await (await import("./svc-ask.ts")).withAnswers(system, index, seen) : seen;
  // Among all of them one that sleeps is as it should be; who asks about that one wants to know whether it answers.
  const isWell = ({ word }: Judgement) => word === "healthy" || (word === "asleep" && name === undefined);
  if (all.some(({ judgement }) => !isWell(judgement))) process.exitCode = 1;
  if (options.json === true) return printJson(statusJson(all, name !== undefined));
  print(statusText(all, name !== undefined));
}

export function statusText(all: readonly Status[], inFull: boolean): string {
  const inShort = (one: Status) => [shortText(one), ...askedLines(one)].join("\n");
  return all.map((one) => (inFull ? fullText(one) : inShort(one))).join("\n");
}

/** "opik: failed: opik-mysql: it ended with code 1", and what to do. */
export function shortText({ name, judgement }: Pick<Status, "name" | "judgement">): string {
  const { word, sentence, hint, line } = judgement;
  return [
    `${name}: ${word}: ${sentence}`,
    ...(line === undefined ? [] : [`  its log: ${line}`]),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join("\n");
}

function fullText(status: Status): string {
  const { name, state, units, expiries } = status;
  const { service } = state;
  return [
    shortText(status),
    `  ${service.description}`,
    table(unitRows(units.map((unit) => unit.state))),
    ...service.urls.map((url) => `  ${url}`),
    ...askedLines(status),
    ...(["certificate", "tailscale"] as const).flatMap((which) => {
      const expiry = expiries[which];
      return expiry === undefined ? [] : [`  ${expiryText(which, expiry)}`];
    }),
    `  svc logs ${name} shows its log`,
  ].join("\n");
}

function askedLines({ answers = [] }: Status): readonly string[] {
  return answerLines(answers).map((line) => `  ${line}`);
}

/** `units` at the top, where one thing was asked about: what version 1 had before there were words. */
export function statusJson(all: readonly Status[], one: boolean): object {
  const services = all.map(({ name, judgement, state }) => ({
    name,
    service: state.service.name,
    ...judged(judgement),
  }));
  const units = all.flatMap((status) =>
    status.units.map(({ state, judgement }) => ({ ...unitJson(state), ...judged(judgement) })),
  );
  const { served: _, ...certificates } = one ? (all[0]?.expiries ?? {}) : {};
  const answers = all.flatMap((status) => status.answers ?? []).map(answerAsJson);
  return { version: 1, services, units, ...certificates, ...(answers.length > 0 && { answers }) };
}

function judged({ word, sentence, hint, line }: Judgement): object {
  return { word, sentence, hint: hint ?? null, line: line ?? null };
}

/** Loads node:crypto: only for the service that serves a certificate. */
async function readExpiriesOf(system: System, index: ServiceIndex, service: IndexedService): Promise<Expiries> {
  const { certificate } = index;
  if (certificate?.wanted.service !== service.name) return {};
  return (await import("../apps/expiry.ts")).readExpiries(system, certificate.wanted);
}
