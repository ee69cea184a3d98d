/** What was seen of services, in words and as data. */
import { type Expiries, expiryText } from "../apps/expiry-text.ts";
import type { ServiceState, UnitReport } from "../apps/look.ts";
import { answerAsJson, answerLines } from "../apps/missing-answers.ts";
import type { Answered } from "../apps/probes.ts";
import type { Judgement } from "../apps/signs.ts";
import { table } from "./output.ts";
import { unitJson, unitRows } from "./svc-units.ts";

export interface Status {
  readonly name: string;
  readonly judgement: Judgement;
  readonly state: ServiceState;
  /** Those that were asked about. */
  readonly units: readonly UnitReport[];
  readonly expiries: Expiries;
  /** What it and its models gave, where they were asked. */
  readonly answers?: readonly Answered[];
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
