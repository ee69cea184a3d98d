/** The record of what we made and started: /var/lib/install-quadlets/applied.json. */

import type { Intention } from "../apply/intention.ts";
import type { Applied, AppliedThings } from "../model/applied.ts";
import { APPLIED_PATH } from "../model/places.ts";
import { parseRunsWith, printRunsWith } from "../plan/runs-with.ts";
import type { Files } from "../system/interfaces.ts";

export interface Outdated {
  /** "USER/UNIT". */
  readonly key: string;
  /** What it takes to make it current again. */
  readonly by: "restart" | "reload";
}

export interface AppliedWriter {
  /** Remembers what a unit was started with; key is "USER/UNIT". */
  started(key: string, fingerprint: string): Promise<void>;
  /** The id of the image behind "USER REFERENCE". */
  pulled(key: string, id: string): Promise<void>;
  /** "USER/NAME" has the value that it was to get. */
  secretDone(key: string): Promise<void>;
  /** Before something changes that they run with: a run that is killed must not leave them counting as current. */
  outdated(units: readonly Outdated[]): Promise<void>;
  /** Before they are made: a killed run must not leave anything behind that nobody knows of. */
  intend(made: Intention): Promise<void>;
  /** After a run: what it removed is no longer ours. */
  forget(stillRecorded: (state: Applied) => Applied): Promise<void>;
}

/** `tool` is the version of this program: an older one that cannot read the record names it. */
export function openApplied(files: Files, applied: Applied, tool: string): AppliedWriter {
  let state: Applied = { ...applied, tool };
  // Starts finish side by side; the writes go one after another, each with everything known by then.
  let last: Promise<void> = Promise.resolve();
  const save = (next: Applied): Promise<void> => {
    state = next;
    last = last.then(() =>
      files.write(APPLIED_PATH, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, uid: 0, gid: 0 }),
    );
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
      if (state.secretsDue[key] === undefined) return;
      await save({
        ...state,
        secretsDue: Object.fromEntries(Object.entries(state.secretsDue).filter(([due]) => due !== key)),
      });
    },
    intend: (made) =>
      save({
        ...state,
        ...joined(state, made),
        imageIds: { ...state.imageIds, ...made.imageIds },
        secretsDue: { ...state.secretsDue, ...made.secretsDue },
        // A unit that is started before it counts as started may be what a killed run leaves behind.
        units: { ...Object.fromEntries(made.units.map((key) => [key, ""])), ...state.units },
      }),
    forget: async (stillRecorded) => {
      const next = stillRecorded(state);
      if (JSON.stringify(next) !== JSON.stringify(state)) await save(next);
    },
  };
}

function joined(a: AppliedThings, b: AppliedThings): AppliedThings {
  return {
    files: union(a.files, b.files),
    directories: union(a.directories, b.directories),
    accounts: union(a.accounts, b.accounts),
    secrets: union(a.secrets, b.secrets),
    images: union(a.images, b.images),
    lingering: union(a.lingering, b.lingering),
    subuids: union(a.subuids, b.subuids),
    subgids: union(a.subgids, b.subgids),
    systemUnits: union(a.systemUnits, b.systemUnits),
    tools: union(a.tools, b.tools),
  };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}
