/** `svc list`: a row for each service, or for each unit, and what is wrong with those that are not well. */
import { isUp } from "../apps/control.ts";
import { readIndex } from "../apps/service-index.ts";
import { whereText } from "../apps/where.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";
import { readStatus } from "./read-status.ts";
import { type Status, shortText, statusJson } from "./status-text.ts";
import { unitRows } from "./svc-units.ts";

export interface ListOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

export async function list(options: ListOptions): Promise<void> {
  const system = makeSystem();
  const all = await readStatus(system, await readIndex(system), undefined);
  // What somebody stopped, or what starts, has not failed.
  if (all.some(({ judgement }) => judgement.word === "failed")) process.exitCode = 1;
  if (options.json === true) return printJson(statusJson(all, false));
  print(table(options.all === true ? unitRows(all.flatMap((one) => one.units.map((unit) => unit.state))) : rows(all)));
  const ill = all.filter(({ judgement }) => !["healthy", "stopped", "asleep"].includes(judgement.word));
  if (ill.length > 0) print(`\n${ill.map(shortText).join("\n")}`);
}

function rows(all: readonly Status[]): readonly (readonly string[])[] {
  return [
    ["SERVICE", "STATE", "UNITS", "USER", "WHERE"],
    ...all.map(({ name, judgement, units, state }) => {
      const up = units.filter((unit) => isUp(unit.state)).length;
      return [name, judgement.word, `${up}/${units.length}`, state.service.user, whereText(state.service)];
    }),
  ];
}
