/** `install-quadlets doctor`: what is wrong with this host, and what repairs it. */
import { checks } from "../diagnosis/all.ts";
import { type Check, GROUP_NAMES } from "../diagnosis/check.ts";
import { imageChecks } from "../diagnosis/checks-images.ts";
import { countOf, reportJson } from "../diagnosis/report.ts";
import { type Circumstances, type Examined, examine } from "../doctor/examine.ts";
import { userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import { suggestOne } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { isRunAtWork } from "../system/lock.ts";
import { killAllGroups } from "../system/process-groups.ts";
import { makeSystem } from "../system/real.ts";
import { refuseOld, writeNewFile } from "../system/write-new.ts";
import type { DoctorOptions } from "./doctor-flags.ts";
import { reportText } from "./doctor-report.ts";
import { complain, print, printJson, table } from "./output.ts";
import { version } from "./package.ts";

/** Exit code 1 where there is a problem; warnings are none. */
export async function doctor(groups: readonly string[], options: DoctorOptions): Promise<void> {
  const wanted = checksOf(groups);
  const circumstances: Circumstances = { node: process.versions.node, isRunning: isRunAtWork };
  const system = makeSystem();
  // A name that cannot be used is said before anything else is.
  if (options.bundle !== undefined) refuseOld(options.bundle);
  const [near, far] = await Promise.all([
    examine(system, wanted, circumstances),
    options.images === true ? askRegistries(system, circumstances) : [],
  ]);
  const examined: Examined = { ...near, entries: [...near.entries, ...far] };
  const { base, entries } = examined;
  if (countOf(entries).problems > 0) process.exitCode = 1;
  if (options.json === true) printJson(jsonOf(examined));
  else
    print(
      reportText({
        entries,
        installed: base.installed,
        words: [...groups, ...(options.images === true ? ["--images"] : [])],
      }),
    );
  if (options.bundle !== undefined) {
    const all = groups.length === 0 ? examined : await examine(system, checks, circumstances);
    await writeBundle(options.bundle, system, all);
  }
  await leave();
}

/** Registries are far away, and take their time. */
const REGISTRIES_MS = 20_000;

async function askRegistries(system: System, circumstances: Circumstances): Promise<Examined["entries"]> {
  const patient = { ...circumstances, limitMs: REGISTRIES_MS, architecture: process.arch };
  return (await examine(system, imageChecks, patient)).entries;
}

/** What is in it is listed before it is written. */
async function writeBundle(file: string, system: System, examined: Examined): Promise<void> {
  const { bundleText, makeBundle } = await import("../doctor/bundle.ts");
  const { index } = examined.base;
  const report = jsonOf(examined);
  const bundle = await makeBundle({ system, index, report, tool: version(), node: process.versions.node });
  const rows = bundle.sections.map(({ name, what, text }) => [`  ${name}`, `${text.length} characters`, what]);
  // Beside --json, which is alone on standard output.
  complain(`\nthe bundle holds:\n${table(rows)}`);
  for (const remark of bundle.remarks) complain(remark);
  writeNewFile(file, bundleText(bundle));
  complain(`written to ${visible(file)}, for you to read only`);
  complain(next("doctor --bundle", file));
}

function jsonOf({ base, entries }: Examined): object {
  return reportJson(entries, { os: visible(base.os.name), version: version() });
}

function checksOf(groups: readonly string[]): readonly Check[] {
  for (const group of groups) {
    if ((GROUP_NAMES as readonly string[]).includes(group)) continue;
    throw userError("unknown-name", `doctor has no group "${visible(group)}"`, suggestOne(group, GROUP_NAMES));
  }
  return groups.length === 0 ? checks : checks.filter(({ group }) => groups.includes(group));
}

/** What was cut off does not end by itself: once everything is said, it is ended. */
async function leave(): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
  killAllGroups();
  process.exit();
}
