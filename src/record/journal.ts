/** The journal of one run: what was there is on disk before anything is changed. */
import type { Change } from "../model/change.ts";
import type { Generation } from "../model/journal.ts";
import type { AbsolutePath } from "../model/names.ts";
import type { Files, WriteOptions } from "../system/interfaces.ts";
import { generationDirectory, writeGeneration, writeJson } from "./generations.ts";

export interface Journal {
  /** Number of the run. */
  readonly run: number;
  /** On disk, with fsync, when the promise resolves. */
  record(undo: Change): Promise<void>;
  /** What takes back the steps so far, the oldest first. */
  steps(): readonly Change[];
  close(result: Generation["result"], ended: Date, error: string | undefined): Promise<void>;
}

export async function openJournal(files: Files, generation: Generation): Promise<Journal> {
  await writeGeneration(files, generation);
  const directory = generationDirectory(generation.number);
  const steps: Change[] = [];
  // Steps are taken side by side; their numbers and files are given out one after another.
  let last: Promise<void> = Promise.resolve();
  return {
    run: generation.number,
    record: (undo) => {
      steps.push(undo);
      const name = `undo-${String(steps.length).padStart(5, "0")}.json`;
      last = last.then(() => writeJson(files, `${directory}/${name}`, undo));
      return last;
    },
    steps: () => steps,
    close: (result, ended, error) =>
      writeGeneration(files, { ...generation, result, error, ended: ended.toISOString() }),
  };
}

/** For a run that ends with the removal of every journal. */
export function withoutJournal(): Journal {
  return { run: 0, record: async () => undefined, steps: () => [], close: async () => undefined };
}

/** The same disk, but what a path held before this run is journalled at its first change. */
export function journalled(files: Files, journal: Journal): Files {
  const known = new Map<string, Promise<void>>();
  const remember = (path: string): Promise<void> => {
    const running = known.get(path) ?? before(files, path).then((undo) => journal.record(undo));
    known.set(path, running);
    return running;
  };
  const first =
    <Rest extends readonly unknown[]>(change: (path: string, ...rest: Rest) => Promise<void>) =>
    async (path: string, ...rest: Rest): Promise<void> => {
      await remember(path);
      await change(path, ...rest);
    };
  return {
    stat: (path) => files.stat(path),
    read: (path, maxBytes) => files.read(path, maxBytes),
    list: (path) => files.list(path),
    write: first((path: string, content: string, options: WriteOptions) => files.write(path, content, options)),
    makeDirectory: first((path: string, options: WriteOptions) => files.makeDirectory(path, options)),
    setOwnerAndMode: first((path: string, options: WriteOptions) => files.setOwnerAndMode(path, options)),
    remove: first((path: string) => files.remove(path)),
  };
}

async function before(files: Files, path: string): Promise<Change> {
  const stat = await files.stat(path);
  const place = path as AbsolutePath;
  if (stat === undefined) return { kind: "unmake", path: place };
  const { uid, gid, mode } = stat;
  if (stat.kind === "directory") {
    return { kind: "directory", directory: { service: undefined, path: place, owner: { uid, gid }, mode } };
  }
  return { kind: "put-back", path: place, before: { uid, gid, mode, content: (await files.read(path)) ?? "" } };
}
