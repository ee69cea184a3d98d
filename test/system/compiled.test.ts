/** A file of the build runs from what V8 made of it before, and as well without. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compiledFile, load } from "../../src/system/compiled.ts";

let count = 100;
let text: string;
/** Another one for each test: V8 has in memory what it compiled before. */
const another = () => `// ${count++}
exports.twice = (n) => 2 * n;
exports.place = [__dirname, require("node:path").basename(__filename)];
`;

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(`${tmpdir()}/compiled-`);
  file = `${directory}/part.cjs`;
  text = another();
  writeFileSync(file, text);
});

afterEach(() => rmSync(directory, { recursive: true }));

function run(): { readonly isKept: boolean; readonly answer: number } {
  const { exports, isKept } = load(file);
  const { twice, place } = exports as { twice: (n: number) => number; place: readonly string[] };
  expect(place).toEqual([directory, "part.cjs"]);
  return { isKept, answer: twice(21) };
}

/** V8 looks at the length of a text only: what is kept here is that of another one, and a test sees which of them ran. */
function kept(): Uint8Array {
  writeFileSync(file, text.replace("2 * n", "3 * n"));
  const { exports, compiled } = load(file);
  (exports as { twice: (n: number) => number }).twice(1);
  writeFileSync(file, text);
  return compiled();
}

test("loading writes nothing", () => {
  expect(run()).toEqual({ isKept: false, answer: 42 });
  expect(readdirSync(directory)).toEqual(["part.cjs"]);
});

test("what was kept is taken", () => {
  writeFileSync(compiledFile(file), kept());
  expect(run()).toEqual({ isKept: true, answer: 63 });
});

test.each([
  ["empty", () => new Uint8Array()],
  ["cut off", (whole: Uint8Array) => whole.subarray(0, whole.length / 2)],
  ["something else", () => new TextEncoder().encode("x".repeat(4096))],
])("what was kept is damaged, %s: the file itself is taken", (_, damage) => {
  writeFileSync(compiledFile(file), damage(kept()));
  expect(run()).toEqual({ isKept: false, answer: 42 });
});

test("what was kept of another text is not taken", () => {
  writeFileSync(compiledFile(file), kept());
  writeFileSync(file, `${text}// longer\n`);
  expect(run()).toEqual({ isKept: false, answer: 42 });
});

test("a fault in the file names the file", () => {
  writeFileSync(file, 'throw new Error("from inside");');
  let stack = "";
  try {
    load(file);
  } catch (error) {
    stack = (error as Error).stack ?? "";
  }
  expect(stack).toContain(`${file}:1`);
});
