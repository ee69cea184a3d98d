/**
 * Values of secrets that podman does not have, or not any more: put aside where only root reads them. The data of a database
 * stays when its service goes, and it opens with nothing but the password that it was made with.
 */

import type { Change } from "../model/change.ts";
import { type Keeping, WAITING } from "../model/keeping.ts";
import { KEPT_SECRETS as KEPT } from "../model/places.ts";
import type { Plan } from "../model/plan.ts";
import { secretKey } from "../model/record-keys.ts";
import { keptName } from "../model/secret-name.ts";
import type { Files } from "../system/interfaces.ts";

const PRIVATE = { mode: 0o600, uid: 0, gid: 0 };

function placeOf(user: string, name: string, keeping: Keeping): string {
  return `${KEPT}/${keptName({ user, name }, keeping)}`;
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

interface Named {
  readonly user: string;
  readonly name: string;
}

interface Waiting {
  readonly from: (typeof WAITING)[number];
  readonly value: string;
}

/** What waits for podman of a secret that the site gives, the newest first. */
export async function waitingValues(files: Files, { user, name }: Named): Promise<readonly Waiting[]> {
  const all = WAITING.map(async (from) => ({ from, value: await keptSecret(files, user, name, from) }));
  return (await Promise.all(all)).flatMap(({ from, value }) => (value === undefined ? [] : [{ from, value }]));
}

export async function dropWaiting(files: Files, { user, name }: Named): Promise<void> {
  for (const from of WAITING) await dropSecret(files, user, name, from);
}

/** A run was well: nobody goes back to what was before it, and what else lies aside under the name opens nothing any more. */
export async function dropFormer(files: Files): Promise<void> {
  const all = await files.list(KEPT);
  const names = all.filter((name) => name.endsWith(".former"));
  if (names.length === 0) return;
  const kept = names.map((name) => name.slice(0, -".former".length)).filter((name) => all.includes(name));
  await Promise.all([...names, ...kept].map((name) => files.remove(`${KEPT}/${name}`)));
  await dropEmpty(files);
}

/** Podman has them now; until the run was well, they were still what the next try would have needed. */
export async function dropHandedOn(files: Files, secrets: Plan["handsOn"]): Promise<void> {
  for (const secret of secrets) await dropWaiting(files, secret);
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

/** `changes` oldest first: podman has the values again, and what lay aside before all of them goes on lying there. */
export async function dropRestored(files: Files, changes: readonly Change[]): Promise<void> {
  const lay = new Set<string>();
  for (const change of changes) {
    if (change.kind !== "restore-secret" && change.kind !== "remove-secret") continue;
    const { account, name } = change;
    const key = secretKey({ user: account.user, name });
    if (change.kind === "remove-secret") {
      if (change.kept !== undefined) {
        lay.add(key);
        await dropSecret(files, account.user, name, change.kept);
      }
      continue;
    }
    const { from, rotate, staysAside } = change;
    if (rotate !== undefined) await dropSecret(files, account.user, name, "next");
    const stays = staysAside === true || (from === "kept" && lay.has(key));
    if (!stays) await dropSecret(files, account.user, name, from);
  }
}
