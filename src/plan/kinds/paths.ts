/** Files and directories. */
import type { Of } from "../../model/change.ts";
import { type Drift, inConfiguration, type LastApplied, onHost } from "../../model/drift.ts";
import { INDEX_PATH } from "../../model/index-file.ts";
import type { Draft } from "../../model/plan.ts";
import { aboutPath, inOrder, type Kinds, none } from "./trait.ts";

type Own = "directory" | "file" | "mode" | "remove-file" | "remove-directory" | "remove-tree" | "put-back" | "unmake";

/** The way back is what is found there. */
const PLAIN = { place: inOrder, undo: none, name: ({ path }: { readonly path: string }) => path, about: aboutPath };

/** What later runs found may have no directory to go to any more. A directory is no subject: what is put back needs it before. */
const BACK = { ...PLAIN, drift: none, subject: ({ path }: { readonly path: string }) => `path ${path}` };

export const PATHS: Pick<Kinds, Own> = {
  directory: {
    place: inOrder,
    undo: none,
    name: ({ directory }) => directory.path,
    about: ({ directory }) => aboutPath(directory),
    drift: ({ directory }, { action, reason }) => [
      onHost(action === "create" ? "missing" : "mode", directory.path, reason.text),
    ],
    outdates: ({ directory }, action, readers) => (action === "create" ? readers.ofPath(directory.path) : []),
    makes: ({ directory }, action) => (action === "create" ? { directories: [directory.path] } : {}),
  },
  file: {
    // The index says of units what their files say by then.
    place: ({ file: { path } }, { phase }) => ({ wave: phase === "units" && path === INDEX_PATH ? 2 : 0, lane: "" }),
    undo: none,
    name: ({ file }) => file.path,
    about: ({ file }) => aboutPath(file),
    drift: driftOfFile,
    // Another mode or owner alone restarts nobody.
    outdates: ({ file, before }, _, readers) => (before === file.content ? [] : readers.ofPath(file.path)),
    makes: ({ file }, action) => (action === "create" ? { files: [file.path] } : {}),
  },
  mode: { ...PLAIN, drift: ({ path }, { reason }) => [onHost("mode", path, reason.text)] },
  "remove-file": {
    ...PLAIN,
    // While its unit can still be disabled.
    place: () => ({ wave: 1, lane: "" }),
    // It stands for all that goes: that was wanted until the configuration moved on.
    drift: ({ path }, { reason }) => [inConfiguration("unwanted", path, reason.text)],
    takes: ({ path }) => [path],
  },
  "remove-directory": { ...PLAIN, drift: none, takes: ({ path }) => [path] },
  "remove-tree": { ...PLAIN, drift: none, takes: ({ path }) => [path] },
  "put-back": BACK,
  unmake: BACK,
};

function driftOfFile({ file, before }: Of<"file">, { reason }: Draft, last: LastApplied): readonly Drift[] {
  const { path } = file;
  const applied = last.get(path);
  if (before === undefined) {
    return [
      applied === undefined
        ? inConfiguration("new", path, "rendered since the last run")
        : onHost("missing", path, "was deleted"),
    ];
  }
  if (before === file.content) return [onHost("mode", path, reason.text)];
  if (applied !== undefined && before !== applied) return [onHost("edited", path, "differs from what was applied")];
  return [inConfiguration("changed", path, "the configuration renders it differently now")];
}
