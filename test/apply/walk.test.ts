/** The walker: lanes side by side, all to their end, and what is said of several that failed. */
import { expect, test } from "vitest";
import { walk } from "../../src/apply/walk.ts";
import type { Change } from "../../src/model/change.ts";
import { Stopped, UserError } from "../../src/model/diagnostic.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import type { Stage, Step } from "../../src/model/plan.ts";
import { withoutJournal } from "../../src/record/journal.ts";
import { withoutApplied } from "../../src/record/write-applied.ts";
import { memorySystem } from "../support/memory-system.ts";
import { listener } from "./support.ts";

function step(name: string): Step {
  const change: Change = { kind: "remove-file", path: `/${name}` as AbsolutePath, before: "" };
  const reason = { code: "asked", text: "" } as const;
  const back: Change = { kind: "unmake", path: `/${name}` as AbsolutePath };
  const draft = { phase: "files", service: undefined, action: "remove", summary: name, reason, change } as const;
  return { ...draft, outdates: [], undo: [back] };
}

/** "a b | c": two lanes. */
function stage(text: string): Stage {
  return { phase: "files", lanes: text.split(" | ").map((lane) => lane.split(" ").map(step)) };
}

/** Somebody wants it to end once "stop" was made. What was recorded and removed, in order, what was told, and how it ended. */
async function walked(goesOn: boolean, failing: Readonly<Record<string, Error>>, ...stages: readonly string[]) {
  const system = memorySystem();
  const happened: string[] = [];
  system.files.beforeChange = (_, path) => {
    const error = failing[path.slice(1)];
    if (error !== undefined) throw error;
    happened.push(path.slice(1));
  };
  const told = listener();
  const journal = {
    ...withoutJournal(),
    record: async (change: Change) => {
      happened.push(`record ${"path" in change ? change.path.slice(1) : ""}`);
    },
  };
  const trust = { authority: undefined, leaf: undefined, tailscale: undefined };
  const context = { system, vault: system.files, journal, applied: withoutApplied(), reporter: told, trust, goesOn };
  const isStopped = () => happened.includes("stop");
  const end = await walk(
    { ...context, isStopped, secrets: new Map(), counts: new Map(), stillDown: [] },
    { stages: stages.map(stage) },
  ).then(
    (failures) => failures.map(({ steps, error }) => `${steps.map(({ summary }) => summary)}: ${error}`),
    (error: unknown) => error,
  );
  return { happened, told: told.lines, end };
}

test("each step is recorded before it is made, stage after stage", async () => {
  const { happened, told, end } = await walked(false, {}, "a b", "c");
  expect(happened).toEqual(["record a", "a", "record b", "b", "record c", "c"]);
  expect(told).toEqual(["phase files", "done a", "done b", "done c"]);
  expect(end).toEqual([]);
});

test("the other lanes come to their end, and nothing follows", async () => {
  const { happened, end } = await walked(false, { a: new UserError("no a", "mend a") }, "a b | c d e", "f");
  expect(happened.filter((line) => !line.startsWith("record"))).toEqual(["c", "d", "e"]);
  expect(happened).not.toContain("record b");
  expect(end).toMatchObject({ message: "no a", hint: "mend a" });
});

test("all that failed side by side is said; a fault of our own before it", async () => {
  const [a, b] = [new UserError("no a", "mend a"), new UserError("no b")];
  expect((await walked(false, { a, b }, "a | b")).end).toMatchObject({ message: "no a\nno b", hint: "mend a" });
  const fault = new TypeError("x is not a function");
  expect((await walked(false, { a, b: fault }, "a | b")).end).toBe(fault);
});

test("where it goes on, every other step is made, and those that were not are named", async () => {
  const failing = { a: new UserError("no a"), d: new Error("no d") };
  const { happened, end } = await walked(true, failing, "a b | c d e", "f");
  expect(happened.filter((line) => !line.startsWith("record")).toSorted()).toEqual(["b", "c", "e", "f"]);
  expect(end).toEqual(["a: UserError: no a", "d: Error: no d"]);
});

test("who asks it to stop has the step in hand ended, in each lane, and no other begun", async () => {
  const { happened, end } = await walked(false, {}, "a", "stop b | c d", "e");
  expect(happened.filter((line) => !line.startsWith("record"))).toEqual(["a", "stop", "c"]);
  expect(happened).not.toContain("record b");
  expect(end).toBeInstanceOf(Stopped);
  // What fails on the way is the reason, and not that somebody asked.
  const failed = await walked(false, { c: new UserError("no c") }, "stop b | c d", "e");
  expect(failed.end).not.toBeInstanceOf(Stopped);
  expect(failed.end).toMatchObject({ message: "no c" });
});
