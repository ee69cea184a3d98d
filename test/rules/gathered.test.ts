/** However much a rule finds in a file, so much is held, and the number of the rest stays true. */
import { expect, test } from "vitest";
import { Gathered, MOST_KEPT } from "../../src/rules/gathered.ts";

test("past the bound in a file they are only counted, file by file", () => {
  const [full, other] = ["a", "b"].map((name) => ({ path: name, folder: "", name, text: "" }));
  if (full === undefined || other === undefined) throw new Error("no files");
  const gathered = new Gathered<{ readonly at: number; readonly more?: number }>();
  for (let at = 0; at < 300_000; at++) gathered.add(full, () => ({ at }));
  gathered.add(other, () => ({ at: 7 }));
  const all = gathered.all();
  expect(all).toHaveLength(MOST_KEPT + 1);
  expect(all.slice(-2)).toEqual([{ at: MOST_KEPT - 1, more: 300_000 - MOST_KEPT }, { at: 7 }]);
});
