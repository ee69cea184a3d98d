/**
 * Values of secrets that podman does not have, or not any more: put aside where only root reads them. The data of a database
 * stays when its service goes, and it opens with nothing but the password that it was made with.
 */

import type { Undo } from "../model/journal.ts";
import { KEPT_SECRETS as KEPT } from "../model/places.ts";
import type { Plan } from "../model/plan.ts";
import { keptName } from "../model/secret-name.ts";
import type { Files } from "../system/interfaces.ts";

const PRIVATE = { mode: 0o600, uid: 0, gid: 0 };

/**
 * "kept": for when its service comes back, or given by the site before podman of its user could take it. While a secret
 * is rotated, "former": the way back, until the run is well; "next": what a database may have been told already, or what
 * the site gives. "run-12": what the site had given before that run, for as long as the run can be taken back.
 */
type Keeping = "kept" | "former" | "next" | `run-${number}`;

/** Where the way back of a step lies. */
export function asideFor(run: number | undefined, otherwise: "kept" | "former"): Keeping {
  return run === undefined ? otherwise : `run-${run}`;
}

/** Podman's names of secrets are without a dot. */
function placeOf(user: string, name: string, keeping: Keeping): string {
  return `${KEPT}/${keptName({ user, name })}${keeping === "kept" ? "" : `.${keeping}`}`;
}

export async function keepSecret(
  files: Files,
  user: string,
  name: string,
  value: string,
  keeping: Keeping = "kept",
): Promise<void> {
  await files.makeDirectory(KEPT, { ...PRIVATE, mode: 0o700 });
  try {
    await files.write(placeOf(user, name, keeping), value, PRIVATE);
  } catch (error) {
    // What could not be written is not taken back: nothing else would remove the directory. The first error counts.
    await dropEmpty(files).catch(() => undefined);
    throw error;
  }
}

export function keptSecret(
  files: Files,
  user: string,
  name: string,
  keeping: Keeping = "kept",
): Promise<string | undefined> {
  return files.read(placeOf(user, name, keeping));
}

export async function dropSecret(files: Files, user: string, name: string, keeping: Keeping): Promise<void> {
  const place = placeOf(user, name, keeping);
  if ((await files.stat(place)) !== undefined) await files.remove(place);
  await dropEmpty(files);
}

/** A run was well: nobody goes back to what was before it. */
export async function dropFormer(files: Files): Promise<void> {
  const names = (await files.list(KEPT)).filter((name) => name.endsWith(".former"));
  if (names.length === 0) return;
  await Promise.all(names.map((name) => files.remove(`${KEPT}/${name}`)));
  await dropEmpty(files);
}

/** Podman has them now; until the run was well, they were still what the next try would have needed. */
export async function dropHandedOn(files: Files, secrets: Plan["handsOn"]): Promise<void> {
  for (const { user, name } of secrets) await dropSecret(files, user, name, "kept");
}

/** With a run goes the way back from it. */
export async function dropRunsBefore(files: Files, oldest: number): Promise<void> {
  const names = (await files.list(KEPT)).filter((name) => Number(/\.run-(\d+)$/.exec(name)?.[1] ?? oldest) < oldest);
  if (names.length === 0) return;
  for (const name of names) await files.remove(`${KEPT}/${name}`);
  await dropEmpty(files);
}

async function dropEmpty(files: Files): Promise<void> {
  if ((await files.stat(KEPT)) === undefined || (await files.list(KEPT)).length > 0) return;
  await files.remove(KEPT);
}

/** Podman has them again. */
export async function dropRestored(files: Files, steps: readonly Undo[]): Promise<void> {
  for (const step of steps) {
    if (step.kind === "rotated-secret") {
      await dropSecret(files, step.account.user, step.name, "next");
      await dropSecret(files, step.account.user, step.name, asideFor(step.run, "former"));
    }
    if (step.kind === "removed-secret" && step.wasKept === false) {
      await dropSecret(files, step.account.user, step.name, asideFor(step.run, "kept"));
    }
  }
}
