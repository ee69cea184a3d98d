/** The record of what we made and started, and its copy: /var/lib/install-quadlets/applied.json. */

import { type Applied, type Intention, joinThings, type Lasting, type Outdated, union } from "../model/applied.ts";
import { APPLIED_COPY, APPLIED_PATH } from "../model/places.ts";
import { parseRunsWith, printRunsWith } from "../model/runs-with.ts";
import type { Files } from "../system/interfaces.ts";
import { findApplied, readApplied } from "./applied.ts";

const PRIVATE = { mode: 0o600, uid: 0, gid: 0 };

type Seen = Pick<Applied, "filled" | "secretIds">;

export interface AppliedWriter {
  /** Remembers what a unit was started with; key is "USER/UNIT". */
  started(key: string, fingerprint: string): Promise<void>;
  /** The id of the image behind "USER REFERENCE". */
  pulled(key: string, id: string): Promise<void>;
  /** "USER/NAME" has the value that it was to get, or that counts from now on. */
  secretDone(key: string): Promise<void>;
  /** Before something changes that they run with: a run that is killed must not leave them counting as current. */
  outdated(units: readonly Outdated[]): Promise<void>;
  /** Before they are made: a killed run must not leave anything behind that nobody knows of. */
  intend(made: Intention): Promise<void>;
  /** After a run: what it removed is no longer ours. */
  keepOnly(lasting: Lasting): Promise<void>;
  /** Once a run is at its end: directories of data with something in them, and podman's ids of secrets. */
  seen(seen: Partial<Seen>): Promise<void>;
  /** They get other values. */
  idsUnknown(secrets: readonly string[]): Promise<void>;
}

/** `tool` is the version of this program: an older one that cannot read the record names it. */
export async function openApplied(files: Files, tool: string): Promise<AppliedWriter> {
  let state: Applied = { ...(await readApplied(files)), tool };
  // Starts finish side by side; the writes go one after another, each with everything known by then.
  let last: Promise<void> = Promise.resolve();
  const save = (next: Applied): Promise<void> => {
    state = next;
    last = last.then(async () => {
      const text = `${JSON.stringify(written(state), undefined, 2)}\n`;
      // One after the other: whatever happens to a write, one of them is whole.
      for (const path of [APPLIED_PATH, APPLIED_COPY]) await files.write(path, text, PRIVATE);
    });
    return last;
  };
  return {
    started: (key, fingerprint) => save({ ...state, units: { ...state.units, [key]: fingerprint } }),
    outdated: async (units) => {
      const next = { ...state.units };
      for (const { key, by } of units) {
        const known = next[key] ?? "";
        if (known !== "") next[key] = by === "restart" ? "" : printRunsWith({ ...parseRunsWith(known), reloaded: "" });
      }
      if (JSON.stringify(next) !== JSON.stringify(state.units)) await save({ ...state, units: next });
    },
    pulled: (key, id) => save({ ...state, imageIds: { ...state.imageIds, [key]: id } }),
    secretDone: async (key) => {
      if (state.secretsDue[key] === undefined && state.secretIds[key] === undefined) return;
      await save({
        ...state,
        secretsDue: without(state.secretsDue, [key]),
        secretIds: without(state.secretIds, [key]),
      });
    },
    intend: (made) =>
      save({
        ...state,
        ...joinThings(state, made, union),
        imageIds: { ...state.imageIds, ...made.imageIds },
        secretsDue: { ...state.secretsDue, ...made.secretsDue },
        // Whatever becomes of this run, an id of before says nothing of a value of ours.
        secretIds: without(state.secretIds, Object.keys(made.secretsDue)),
        // A unit that is started before it counts as started may be what a killed run leaves behind.
        units: { ...Object.fromEntries(made.units.map((key) => [key, ""])), ...state.units },
      }),
    keepOnly: async (lasting) => {
      const next = {
        ...state,
        ...joinThings(state, lasting, (now, kept) => now.filter((entry) => kept.includes(entry))),
        units: only(state.units, lasting.units),
        filled: state.filled.filter((path) => lasting.filled.includes(path)),
        imageIds: only(state.imageIds, lasting.imageIds),
        secretsDue: only(state.secretsDue, lasting.secretsDue),
        secretIds: only(state.secretIds, lasting.secrets),
      };
      if (JSON.stringify(next) !== JSON.stringify(state)) await save(next);
    },
    seen: async (seen) => {
      const next = { ...state, ...seen };
      if (JSON.stringify(next) !== JSON.stringify(state)) await save(next);
    },
    idsUnknown: async (secrets) => {
      if (!secrets.some((key) => state.secretIds[key] !== undefined)) return;
      await save({ ...state, secretIds: without(state.secretIds, secrets) });
    },
  };
}

/** Both say the same again: what the record says, or its copy where that is damaged or gone. */
export async function mendRecord(files: Files): Promise<void> {
  const { text, fault } = await findApplied(files);
  const to = fault === undefined ? APPLIED_COPY : APPLIED_PATH;
  if (text !== undefined && text !== (await files.read(to))) await files.write(to, text, PRIVATE);
}

/** After a way back: the journals of an older program know nothing of the copy. */
export async function followRecord(files: Files): Promise<void> {
  const [text, copy] = await Promise.all([files.read(APPLIED_PATH), files.read(APPLIED_COPY)]);
  if (copy === undefined || copy === text) return;
  if (text === undefined) await files.remove(APPLIED_COPY);
  else await mendRecord(files);
}

/** Outside a run. A record that cannot be read says nothing of them either. */
export async function forgetIds(files: Files, secrets: readonly string[]): Promise<void> {
  if (secrets.length === 0 || (await files.stat(APPLIED_PATH)) === undefined) return;
  const known = await readApplied(files).catch(() => undefined);
  if (known !== undefined) await (await openApplied(files, known.tool)).idsUnknown(secrets);
}

/** For what is not recorded: a way back puts the record itself back. */
export function withoutApplied(): AppliedWriter {
  const nothing = async () => undefined;
  return {
    started: nothing,
    pulled: nothing,
    secretDone: nothing,
    outdated: nothing,
    intend: nothing,
    keepOnly: nothing,
    seen: nothing,
    idsUnknown: nothing,
  };
}

/** What is empty of what came later is left out: then it is the record that older programs wrote. */
function written({ packages, filled, secretIds, ...rest }: Applied): object {
  return {
    ...rest,
    ...(packages.length === 0 ? {} : { packages }),
    ...(filled.length === 0 ? {} : { filled }),
    ...(Object.keys(secretIds).length === 0 ? {} : { secretIds }),
  };
}

function without<Value>(
  all: Readonly<Record<string, Value>>,
  keys: readonly string[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)));
}

function only<Value>(all: Readonly<Record<string, Value>>, keys: readonly string[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)));
}
