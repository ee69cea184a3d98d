/** The numbered runs: which of them are kept, and in which order what was recorded is read again. */
import { expect, test } from "vitest";
import { userError } from "../../src/model/diagnostic.ts";
import { GENERATION_VERSION, type Generation } from "../../src/model/journal.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import {
  generationDirectory,
  listGenerations,
  readUndos,
  thinOut,
  writeGeneration,
} from "../../src/record/generations.ts";
import { openJournal } from "../../src/record/journal.ts";
import { dropRunsBefore, keepSecret } from "../../src/record/kept-secrets.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";

const STATE = "/var/lib/install-quadlets";

function generation(number: number): Generation {
  return {
    version: GENERATION_VERSION,
    number,
    started: "2026-11-27T06:00:00.000Z",
    ended: undefined,
    who: "tester",
    tool: "0.0.0",
    what: "install",
    summary: "plan: 1 to create",
    result: "done",
    error: undefined,
  };
}

async function withRuns(count: number): Promise<MemorySystem> {
  const system = memorySystem({ files: { [STATE]: { kind: "directory", uid: 0, gid: 0, mode: 0o700 } } });
  for (let number = 1; number <= count; number++) {
    const journal = await openJournal(system.files, generation(number));
    await journal.record({ kind: "remove-tree", path: `/tree-${number}` as AbsolutePath });
  }
  return system;
}

test.each([
  [3, 1, 3],
  [20, 1, 20],
  [25, 6, 25],
])("of %i runs those from %i to %i are kept, whole, and the oldest is named", async (count, oldest, newest) => {
  const { files } = await withRuns(count);
  expect(await thinOut(files)).toBe(count < 20 ? 0 : oldest);
  const kept = (await listGenerations(files)).map(({ number }) => number);
  expect(kept).toEqual(Array.from({ length: newest - oldest + 1 }, (_, index) => oldest + index));
  for (const number of kept)
    expect(await readUndos(files, number)).toEqual([{ kind: "remove-tree", path: `/tree-${number}` }]);
  expect(await files.list(`${STATE}/generations`)).toHaveLength(kept.length);
});

test("with a run goes the value that it had put aside, and no other", async () => {
  const { files } = await withRuns(22);
  for (const run of [2, 3, 22]) await keepSecret(files, "a", "key", `value ${run}`, `run-${run}`);
  await keepSecret(files, "a", "key", "kept for the data");
  await dropRunsBefore(files, await thinOut(files));
  expect(await files.list(`${STATE}/kept-secrets`)).toEqual(["a-key", "a-key.run-22", "a-key.run-3"]);
});

test("steps taken side by side are read in the order in which they were recorded, also the hundredth", async () => {
  const { files } = await withRuns(0);
  const journal = await openJournal(files, generation(1));
  const steps = Array.from(
    { length: 120 },
    (_, index) => ({ kind: "remove-tree", path: `/${index}` as AbsolutePath }) as const,
  );
  await Promise.all(steps.map((step) => journal.record(step)));
  expect(await readUndos(files, 1)).toEqual(steps);
});

test("a directory that was cut off while it was made is no run; a run of a newer program is refused by name", async () => {
  const { files } = await withRuns(1);
  await files.makeDirectory(generationDirectory(2), { mode: 0o700, uid: 0, gid: 0 });
  expect((await listGenerations(files)).map(({ number }) => number)).toEqual([1]);
  await writeGeneration(files, { ...generation(2), version: 7, tool: "4.0.0" });
  await expect(listGenerations(files)).rejects.toThrow("generation 2 was written by a newer program");
});

const OF_ANOTHER_RUN = JSON.stringify(generation(1));
const WITHOUT_ITS_START = JSON.stringify({ ...generation(2), started: undefined });

test.each(["", "{", "null", "[]", '"text"', '{ "version": 2 }', "3", OF_ANOTHER_RUN, WITHOUT_ITS_START])(
  "a record of a run that is damaged names its file and what is safe: %s",
  async (text) => {
    const { files } = await withRuns(2);
    files.put(`${generationDirectory(2)}/meta.json`, text);
    await expect(listGenerations(files)).rejects.toThrow(
      userError(
        "record-damaged",
        `${STATE}/generations/0002/meta.json: is damaged`,
        `rm -r ${STATE}/generations/0002: only that run cannot be taken back any more`,
      ),
    );
  },
);

test.each(["", "{", "null", "[]", '{ "path": "/a" }'])(
  "a journal that is damaged takes nothing back: %s",
  async (text) => {
    const { files } = await withRuns(2);
    files.put(`${generationDirectory(2)}/undo-00001.json`, text);
    await expect(readUndos(files, 2)).rejects.toThrow(
      "generations/0002/undo-00001.json: is damaged, and with it the way back of that run; nothing was changed",
    );
    expect(await readUndos(files, 1)).toHaveLength(1);
  },
);
