/** Which runs a rollback is about, and what becomes of them. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { UserError, userError } from "../../src/model/diagnostic.ts";
import { GENERATION_VERSION, type Generation } from "../../src/model/journal.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { listGenerations, writeGeneration } from "../../src/record/generations.ts";
import { openJournal } from "../../src/record/journal.ts";
import { rollback, runsAfter } from "../../src/runs/rollback.ts";
import { finishWaysBack } from "../../src/runs/ways-back.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";
import { runOn } from "./support.ts";

const LIST = "install-quadlets history lists them";
const NO_UNINSTALL = userError(
  "does-not-apply",
  "an uninstall cannot be taken back",
  "npx install-quadlets installs again, with the data that stayed",
);

function generation(number: number, result: Generation["result"], what = "install"): Generation {
  const started = `2026-11-21T12:00:0${number}.000Z`;
  const rest = { ended: started, who: "tester", tool: "0.0.0", summary: `plan ${number}`, error: undefined };
  return { version: GENERATION_VERSION, number, started, what, result, ...rest };
}

/** "done 1", "uninstall open 2": in the order of their numbers. */
function history(...lines: readonly string[]): readonly Generation[] {
  return lines.map((line, index) => {
    const { what, result } = /^(?<what>uninstall( --purge-images)?)? ?(?<result>.*)$/.exec(line)?.groups ?? {};
    return generation(index + 1, result as Generation["result"], what);
  });
}

describe("the runs after", () => {
  const MIXED = history("done", "undone", "failed", "taken back", "done", "open");

  test.each<[string | undefined, readonly number[]]>([
    [undefined, [6]],
    ["5", [6]],
    ["4", [5, 6]],
    ["2", [3, 5, 6]],
    ["1", [3, 5, 6]],
    ["0", [1, 3, 5, 6]],
  ])("%s: those that stand", (target, numbers) => {
    expect(runsAfter(MIXED, target).map((run) => run.number)).toEqual(numbers);
  });

  test.each<[string, readonly Generation[], string | undefined, readonly number[]]>([
    ["the last one stands no more: the one before it", history("done", "done", "taken back"), undefined, [2]],
    ["the one before it is so old that it went", [generation(5, "done")], undefined, [5]],
    ["undone twice already", history("done", "undone", "undone"), undefined, [1]],
    ["an uninstall that was cut off", history("done", "uninstall open"), undefined, [2]],
    ["an uninstall before it", history("done", "uninstall done", "done"), undefined, [3]],
    ["an uninstall before it, by its number", history("done", "uninstall done", "done"), "2", [3]],
    ["one that was cut off on its way back is the last", history("done", "done", "taking back"), undefined, [3]],
    ["all that were cut off on their way back", history("done", "undoing", "undoing"), undefined, [2, 3]],
    ["and those after the one that is asked for", history("done", "done", "undoing"), "1", [2, 3]],
    ["those even where a later one is asked for", history("done", "undoing", "undoing"), "2", [2, 3]],
    ["an uninstall that was cut off, and its rollback, too", history("done", "uninstall undoing"), undefined, [2]],
    ["an uninstall that was taken back long ago", history("done", "uninstall undone", "done"), "0", [1, 3]],
  ])("%s", (_, all, target, numbers) => {
    expect(runsAfter(all, target).map((run) => run.number)).toEqual(numbers);
  });

  test.each<[string, readonly Generation[], string | undefined, UserError]>([
    ["a number that there is not", MIXED, "7", userError("unknown-name", "there is no run 7", LIST)],
    ["no number", MIXED, "yesterday", userError("unknown-name", "there is no run yesterday", LIST)],
    ["half a number", MIXED, "1.5", userError("unknown-name", "there is no run 1.5", LIST)],
    ["nothing", MIXED, "", userError("unknown-name", "there is no run ", LIST)],
    ["a number of another kind", MIXED, "0x1", userError("unknown-name", "there is no run 0x1", LIST)],
    ["before all", MIXED, "-1", userError("unknown-name", "there is no run -1", LIST)],
    ["nothing after it", MIXED, "6", userError("does-not-apply", "no run after 6 stands", "install-quadlets history")],
    [
      "nothing after it stands",
      history("done", "undone"),
      "1",
      userError("does-not-apply", "no run after 1 stands", "install-quadlets history"),
    ],
    [
      "no run at all",
      [],
      undefined,
      userError("does-not-apply", "there is no run to take back", "install-quadlets history"),
    ],
    [
      "none that stands",
      history("undone", "taken back"),
      "0",
      userError("does-not-apply", "there is no run to take back", "install-quadlets history"),
    ],
    ["an uninstall", history("done", "uninstall done"), undefined, NO_UNINSTALL],
    ["an uninstall that failed", history("done", "uninstall --purge-images failed"), undefined, NO_UNINSTALL],
    ["an uninstall on the way", history("done", "uninstall done", "done"), "1", NO_UNINSTALL],
  ])("refused: %s", (_, all, target, error) => {
    expect(() => runsAfter(all, target)).toThrow(error);
  });
});

describe("taking back", () => {
  const TEXT = { uid: 0, gid: 0, mode: 0o644 };
  const file = (place: string, before?: string): Change => {
    const path = place as AbsolutePath;
    return before === undefined
      ? { kind: "unmake", path }
      : { kind: "put-back", path, before: { content: before, ...TEXT } };
  };

  /** Run 1 made a file, run 2 was taken back at once, run 3 changed the file and made a directory with another in it. */
  async function hostWithRuns(): Promise<MemorySystem> {
    const system = memorySystem({ files: { "/etc/a": "three", "/etc/d/b": "three" } });
    system.files.put("/var/lib/install-quadlets", { kind: "directory", uid: 0, gid: 0, mode: 0o700 });
    const steps: readonly (readonly [Generation["result"], readonly Change[]])[] = [
      ["done", [file("/etc/a")]],
      ["taken back", [file("/etc/a", "two")]],
      ["done", [file("/etc/a", "one"), file("/etc/d"), file("/etc/d/b")]],
    ];
    for (const [index, [result, undos]] of steps.entries()) {
      const journal = await openJournal(system.files, generation(index + 1, "open"));
      for (const undo of undos) await journal.record(undo);
      await journal.close(result, system.clock.now(), undefined);
    }
    return system;
  }

  const results = async ({ files }: MemorySystem) => (await listGenerations(files)).map((run) => run.result);
  const found = async ({ files }: MemorySystem) => [await files.read("/etc/a"), await files.read("/etc/d/b")];
  const RUN_1 = "print: take back run 1 (2026-11-21T12:00:01, tester): plan 1";
  const RUN_3 = "print: take back run 3 (2026-11-21T12:00:03, tester): plan 3";
  const STAYS = "print: data and images stay; a later install-quadlets applies the present configuration again";
  const LOCK = "lock: install-quadlets rollback";

  test.each<[string | undefined, boolean, readonly string[], unknown, unknown]>([
    [
      undefined,
      false,
      [RUN_3, STAYS, "ask: Take back?", "print: taken back: 3"],
      ["one", undefined],
      ["done", "taken back", "undone"],
    ],
    ["1", true, [RUN_3, STAYS, "print: taken back: 3"], ["one", undefined], ["done", "taken back", "undone"]],
    [
      "0",
      true,
      [RUN_1, RUN_3, STAYS, "print: taken back: 1, 3"],
      [undefined, undefined],
      ["undone", "taken back", "undone"],
    ],
  ])("to %s, yes: %s", async (target, yes, said, texts, ends) => {
    const system = await hostWithRuns();
    const run = runOn(system);
    await rollback(run, target, yes);
    expect(run.heard).toEqual([LOCK, ...said, "unlock"]);
    expect(await found(system)).toEqual(texts);
    expect(await results(system)).toEqual(ends);
    expect(system.files.nodes.has("/etc/d")).toBe(false);
  });

  test("and once more: the one before; then there is none", async () => {
    const system = await hostWithRuns();
    for (const texts of [
      ["one", undefined],
      [undefined, undefined],
    ]) {
      await rollback(runOn(system), undefined, true);
      expect(await found(system)).toEqual(texts);
    }
    await expect(rollback(runOn(system), undefined, true)).rejects.toThrow("there is no run to take back");
  });

  test("whoever says no, and a run that there is not: nothing is taken back", async () => {
    const system = await hostWithRuns();
    const no = runOn(system, () => {
      throw new UserError("nothing was changed");
    });
    await expect(rollback(no, "0", false)).rejects.toThrow("nothing was changed");
    const unknown = runOn(system);
    await expect(rollback(unknown, "9", true)).rejects.toThrow("there is no run 9");
    expect(unknown.heard).toEqual([LOCK, "unlock"]);
    expect(await found(system)).toEqual(["three", "three"]);
    expect(await results(system)).toEqual(["done", "taken back", "done"]);
  });

  test("a step of a kind that nobody knows: nothing is asked, nothing is taken back", async () => {
    const system = await hostWithRuns();
    system.files.put("/var/lib/install-quadlets/generations/0003/undo-00002.json", '{ "kind": "constructor" }');
    const run = runOn(system);
    await expect(rollback(run, "0", false)).rejects.toThrow(
      "generations/0003: has a step of the kind constructor, which this program does not know; nothing was changed",
    );
    expect(run.heard.filter((text) => text.startsWith("ask"))).toEqual([]);
    expect(await found(system)).toEqual(["three", "three"]);
  });

  test("a run that was cut off is taken back like any other", async () => {
    const system = await hostWithRuns();
    await writeGeneration(system.files, generation(3, "open", "uninstall"));
    await rollback(runOn(system), undefined, true);
    expect(await found(system)).toEqual(["one", undefined]);
    expect(await results(system)).toEqual(["done", "taken back", "undone"]);
  });

  test("cut off at any step, those that are still on their way are finished by the next, and arrive where all would", async () => {
    for (let step = 1, killed = true; killed; step++) {
      const system = await hostWithRuns();
      let changes = 0;
      system.files.beforeChange = (verb, path) => {
        changes += 1;
        if (changes >= step) throw new Error(`killed before ${verb} ${path}`);
      };
      killed = await rollback(runOn(system), "0", true).then(
        () => changes >= step,
        () => true,
      );
      system.files.beforeChange = () => undefined;
      const [, , newest] = await results(system);
      const run = runOn(system);
      // One that was cut off before its first mark has not begun.
      if (newest === "done") await rollback(run, "0", true);
      else await finishWaysBack(run);
      const ends = await results(system);
      expect(
        ends.filter((result) => result === "undoing"),
        `step ${step}`,
      ).toEqual([]);
      expect(await found(system), `step ${step}`).toEqual([ends[0] === "done" ? "one" : undefined, undefined]);
    }
  });

  test("a mistyped record of one that was cut off is named with a way out", async () => {
    const system = await hostWithRuns();
    await writeGeneration(system.files, generation(3, "undoing"));
    system.files.put("/var/lib/install-quadlets/generations/0003/undo-00002.json", "{");
    await expect(finishWaysBack(runOn(system))).rejects.toThrow(
      userError(
        "record-damaged",
        "/var/lib/install-quadlets/generations/0003/undo-00002.json: is damaged, and with it the way back of that run; nothing was changed",
        "rm -r /var/lib/install-quadlets/generations/0003: then what was begun is not taken back any further",
      ),
    );
  });

  test("what cannot be taken back is named; the rest is, and the run is not tried again", async () => {
    const system = await hostWithRuns();
    system.files.beforeChange = (verb, path) => {
      if (verb === "write" && path === "/etc/a") throw new Error("no space left\non the disk");
    };
    const run = runOn(system);
    await expect(rollback(run, undefined, true)).rejects.toThrow(
      userError("still-differs", "taken back, but for:\n  /etc/a: no space left"),
    );
    expect(await found(system)).toEqual(["three", undefined]);
    expect(await results(system)).toEqual(["done", "taken back", "undone"]);
    expect(run.heard.at(-1)).toBe("unlock");
  });
});
