/** Plans that outlive the program that made them: written for `apply FILE`, and read by it. */
import { userError } from "../model/diagnostic.ts";
import type { AbsolutePath } from "../model/names.ts";
import { next } from "../model/next.ts";
import type { Plan } from "../model/plan.ts";
import type { PlanFile } from "../model/plan-json.ts";
import type { System } from "../system/interfaces.ts";
import { isPlanText, parsePlanFile, planFile, refuseUnlike } from "./plan-file.ts";
import type { Run } from "./run.ts";

const MAX_BYTES = 16 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;

/** What of a run is about a plan in a file. */
export interface OnDisk {
  /** Where the plan is kept, and the stack file that it is made from. */
  readonly keep?: { readonly path: AbsolutePath; readonly config: string | undefined };
  /** That plan, and no other, is carried out. */
  readonly exactly?: { readonly path: AbsolutePath; readonly file: PlanFile };
}

/** Each plan of a run comes through here before anything of it is done. */
export async function present(run: Run & OnDisk, plan: Plan): Promise<void> {
  const { exactly, keep, program, person } = run;
  if (exactly !== undefined) refuseUnlike(exactly.path, exactly.file, plan, program.version());
  await person.show(plan);
  if (keep === undefined) return;
  await writePlan(run, keep, plan);
  person.print(`written to ${keep.path}`);
  person.print(next("plan --out", keep.path));
}

/** What it takes the place of is a plan, or nothing. */
async function writePlan(
  { system, program }: Run,
  { path, config }: NonNullable<OnDisk["keep"]>,
  plan: Plan,
): Promise<void> {
  const { files, host, clock } = system;
  await refuseForeign(system, path);
  const made = clock.now().toISOString();
  const content = planFile(plan, { made, tool: program.version(), host: host.hostname(), config: config ?? null });
  await files.write(path, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, uid: 0, gid: 0 });
}

/** Before the work is done, too: nobody waits for a plan that has no place. */
export async function refuseForeign({ files }: System, path: AbsolutePath): Promise<void> {
  const stat = await files.stat(path);
  if (stat === undefined) return;
  const isPlan = stat.kind === "file" && isPlanText((await files.read(path, MAX_BYTES)) ?? "");
  if (!isPlan)
    throw userError("already-there", `${path}: is there already, is no plan, and was not touched`, "name a new file");
}

/** Only root's own: it says which configuration is applied, and stands for a yes. */
export async function readPlan({ files, host }: System, path: AbsolutePath): Promise<PlanFile> {
  const stat = await files.stat(path);
  const make = `sudo install-quadlets plan --out ${path}`;
  if (stat === undefined) throw userError("no-such-file", `${path}: no such file; nothing was done`, make);
  if (stat.kind !== "file") {
    const what = { directory: "a directory", symlink: "a symlink", other: "no regular file" }[stat.kind];
    throw userError("plan-unusable", `${path}: is ${what}, and no plan; nothing was done`, make);
  }
  if (stat.uid !== 0 || (stat.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw userError(
      "plan-unusable",
      `${path}: is not root's alone to write, so it is nobody's word; nothing was done`,
      make,
    );
  }
  return parsePlanFile(path, (await files.read(path, MAX_BYTES)) ?? "", host.hostname());
}
