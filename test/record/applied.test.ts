/** What was applied, as it is read: the record, or its copy where that is damaged or gone. */
import { expect, test } from "vitest";
import { findApplied } from "../../src/record/applied.ts";
import { memorySystem } from "../support/memory-system.ts";

const RECORD = "/var/lib/install-quadlets/applied.json";
const COPY = "/var/lib/install-quadlets/applied.copy.json";
const of = (tool: string) => JSON.stringify({ version: 2, tool });
const NEWER = JSON.stringify({ version: 3, tool: "9.0.0" });

test.each<[string | undefined, string | undefined, string, string | undefined]>([
  [undefined, undefined, "", undefined],
  [of("record"), of("copy"), "record", undefined],
  [of("record"), undefined, "record", undefined],
  [of("record"), "{", "record", undefined],
  [of("record"), NEWER, "record", undefined],
  [undefined, of("copy"), "copy", "is not there"],
  ["", of("copy"), "copy", "is damaged"],
  [of("record").slice(0, -2), of("copy"), "copy", "is damaged"],
  ["{}", of("copy"), "copy", "is damaged"],
])("a record %s and a copy %s: %s counts", async (record, copy, tool, fault) => {
  const { files } = memorySystem();
  if (record !== undefined) files.put(RECORD, record);
  if (copy !== undefined) files.put(COPY, copy);
  const found = await findApplied(files);
  expect([found.applied.tool, found.fault]).toEqual([tool, fault]);
});

test.each<[string | undefined, string | undefined, string]>([
  ["{", undefined, `${RECORD}: is damaged`],
  ["{", "{", `${RECORD}: is damaged`],
  [undefined, "{", `${COPY}: is damaged`],
  [NEWER, of("copy"), `${RECORD}: was written by install-quadlets 9.0.0 in form 3`],
  ["{", NEWER, `${COPY}: was written by install-quadlets 9.0.0 in form 3`],
])("a record %s and a copy %s: %s", async (record, copy, says) => {
  const { files } = memorySystem();
  if (record !== undefined) files.put(RECORD, record);
  if (copy !== undefined) files.put(COPY, copy);
  await expect(findApplied(files)).rejects.toThrow(says);
});
