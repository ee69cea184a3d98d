/** A support bundle: what others need to help, in one text, without secrets. */
import { lookAt, type ServiceState, type UnitReport } from "../apps/look.ts";
import { userUnitLogs } from "../commands/journal.ts";
import { redact } from "../diagnosis/redact.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { STACK_FILE } from "../model/places.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { hurried } from "./hurried.ts";
import { gatherKnownSecrets } from "./known-secrets.ts";

export interface Section {
  readonly name: string;
  readonly what: string;
  readonly text: string;
}

export interface Bundle {
  readonly sections: readonly Section[];
  /** What whoever sends it has to know of it. */
  readonly remarks: readonly string[];
}

export interface BundleInput {
  readonly system: System;
  readonly index: ServiceIndex | undefined;
  /** The findings, as JSON. */
  readonly report: object;
  readonly tool: string;
  readonly node: string;
}

/** For each command: whoever makes a bundle waits, but not for an account that hangs. */
const PATIENCE_MS = 10_000;
const LOG_LINES = 200;
/** Of one section; more than that nobody reads. */
const LARGEST = 256 * 1024;
const MOST_LOGS = 20;

export async function makeBundle(input: BundleInput): Promise<Bundle> {
  const { index } = input;
  const system = hurried(input.system, PATIENCE_MS);
  const services = index?.services ?? [];
  const [secrets, states, versions, units, stack] = await Promise.all([
    gatherKnownSecrets(system, index),
    lookAt(system, services),
    versionsText({ ...input, system }),
    unitFiles(system, services),
    ifReadable(system.files.read(STACK_FILE)),
  ]);
  const raw: readonly Section[] = [
    { name: "doctor.json", what: "what doctor found", text: JSON.stringify(input.report, undefined, 1) },
    { name: "versions", what: "of the programs, the kernel and the distribution", text: versions },
    ...(states.length === 0 ? [] : [{ name: "units", what: "state of each unit", text: statesText(states) }]),
    ...(await logs(system, states)),
    ...(stack === undefined ? [] : [{ name: "stack.yaml", what: "the configuration of the site", text: stack }]),
    ...units,
  ];
  const remarks = secrets.unread.map(
    (user) => `the secrets of ${user} could not be read: of theirs only what looks like a secret is taken out`,
  );
  return {
    sections: raw.map((section) => ({
      ...section,
      // Names are paths and units: no secrets, but anybody's.
      name: visible(section.name),
      text: visible(redact(section.text, secrets.values, LARGEST)),
    })),
    remarks,
  };
}

export function bundleText({ sections, remarks }: Bundle): string {
  const head = [
    "A support bundle of install-quadlets. Secrets were taken out; read it before you send it.",
    ...remarks,
  ];
  const parts = sections.map(({ name, what, text }) => `${"=".repeat(10)} ${name} (${what})\n\n${text.trimEnd()}\n`);
  return [...head, "", ...parts].join("\n");
}

async function versionsText({ system, tool, node }: BundleInput): Promise<string> {
  const ask = async (...argv: [string, ...string[]]) => {
    const answer = await ifReadable(system.runner.probe({ argv, timeoutMs: 5_000 }));
    return answer?.exitCode === 0 ? (answer.stdout.split("\n")[0] ?? "") : "no answer";
  };
  const names = [
    ["podman", "--version"],
    ["systemctl", "--version"],
    ["crun", "--version"],
    ["pasta", "--version"],
    ["tailscale", "version"],
    ["nft", "--version"],
  ] as const;
  const answers = await Promise.all(names.map(([program, flag]) => ask(program, flag)));
  return [
    `install-quadlets ${tool}`,
    `node ${node}`,
    ...names.map(([program], at) => `${program}: ${answers[at]}`),
    `kernel: ${((await ifReadable(system.files.read("/proc/version"))) ?? "").trim()}`,
    "",
    system.host.readTrusted("/etc/os-release") ?? "",
  ].join("\n");
}

function statesText(states: readonly ServiceState[]): string {
  return states
    .flatMap(({ service, judgement, units }) => [
      `${service.name} (${service.user}): ${judgement.word}: ${judgement.sentence}`,
      ...units.map(({ state: { unit, manager, fact } }) => {
        const words = fact === undefined ? manager : `${fact.load} ${fact.active} ${fact.sub} ${fact.result}`;
        return `  ${unit.unit}: ${words}${fact === undefined ? "" : `, ${fact.restarts} restarts, since ${fact.since || "never"}`}`;
      }),
    ])
    .join("\n");
}

async function logs(system: System, states: readonly ServiceState[]): Promise<readonly Section[]> {
  const ill = states.flatMap(({ service, units }) =>
    units.filter(isIll).map(({ state }) => ({ service, unit: state.unit.unit })),
  );
  const answers = await Promise.all(
    ill.slice(0, MOST_LOGS).map(async ({ service, unit }) => {
      const command = userUnitLogs(service.uid, [unit], { lines: LOG_LINES });
      const text = (await ifReadable(system.runner.probe(command)))?.stdout ?? "the journal did not answer";
      return { name: `log of ${unit}`, what: `its last ${LOG_LINES} lines`, text };
    }),
  );
  return answers;
}

function isIll({ judgement }: UnitReport): boolean {
  return judgement.word === "failed" || judgement.word === "degraded";
}

async function unitFiles(system: System, services: readonly IndexedService[]): Promise<readonly Section[]> {
  const paths = services.flatMap(({ places }) => places?.unitFiles ?? []);
  const texts = await Promise.all(paths.map((path) => ifReadable(system.files.read(path))));
  return paths.flatMap((path, at) => {
    const text = texts[at];
    return text === undefined ? [] : [{ name: path, what: "a unit file", text }];
  });
}
