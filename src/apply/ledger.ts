/** The record of what we made and started: /var/lib/install-quadlets/applied.json. */
import type { AppliedState, Made } from "../model/facts.ts";
import { LEDGER_PATH } from "../model/places.ts";
import type { Files } from "../system/interfaces.ts";
import type { Intention } from "./intention.ts";

export interface Ledger {
  /** Remembers what a unit was started with; key is "USER/UNIT". */
  started(key: string, fingerprint: string): Promise<void>;
  /** Before something changes that they run with: a run that is killed must not leave them counting as current. */
  outdated(keys: readonly string[]): Promise<void>;
  /** Before they are made: a killed run must not leave anything behind that nobody knows of. */
  intend(made: Intention): Promise<void>;
  /** After a run: what it removed is no longer ours. */
  forget(stillRecorded: (state: AppliedState) => AppliedState): Promise<void>;
}

export function openLedger(files: Files, applied: AppliedState): Ledger {
  let state = applied;
  // Starts finish side by side; the writes go one after another, each with everything known by then.
  let last: Promise<void> = Promise.resolve();
  const save = (next: AppliedState): Promise<void> => {
    state = next;
    last = last.then(() =>
      files.write(LEDGER_PATH, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, uid: 0, gid: 0 }),
    );
    return last;
  };
  return {
    started: (key, fingerprint) => save({ ...state, units: { ...state.units, [key]: fingerprint } }),
    outdated: async (keys) => {
      const known = keys.filter((key) => (state.units[key] ?? "") !== "");
      if (known.length === 0) return;
      await save({ ...state, units: { ...state.units, ...Object.fromEntries(known.map((key) => [key, ""])) } });
    },
    intend: (made) =>
      save({
        ...state,
        ...joined(state, made),
        // A unit that is started before it counts as started may be what a killed run leaves behind.
        units: { ...Object.fromEntries(made.units.map((key) => [key, ""])), ...state.units },
      }),
    forget: async (stillRecorded) => {
      const next = stillRecorded(state);
      if (JSON.stringify(next) !== JSON.stringify(state)) await save(next);
    },
  };
}

function joined(a: Made, b: Made): Made {
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
