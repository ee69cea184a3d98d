/** What a run rendered, as its record has it: read again, or named where it is damaged. */
import { expect, test } from "vitest";
import { generationDirectory } from "../../src/record/generations.ts";
import { readRendered } from "../../src/record/rendered.ts";
import { memorySystem } from "../support/memory-system.ts";

const PLACE = `${generationDirectory(3)}/files.json`;
const readFrom = (text: string) => readRendered(memorySystem({ files: { [PLACE]: text } }).files, 3);

test("each file by its path; of a run that rendered nothing there is nothing", async () => {
  const text = JSON.stringify([{ path: "/etc/a", mode: 0o644, content: "a" }]);
  expect(await readFrom(text)).toEqual(new Map([["/etc/a", "a"]]));
  expect(await readRendered(memorySystem().files, 3)).toBeUndefined();
});

test.each(["", "[{", "{}", "null", "[null]", '[{ "path": "/etc/a" }]'])("damaged: %s", async (text) => {
  await expect(readFrom(text)).rejects.toMatchObject({
    code: "record-damaged",
    message: `${PLACE}: is damaged, so nobody knows what run 3 rendered`,
    hint: `rm ${PLACE}: only what compares with that run goes without it`,
  });
});
