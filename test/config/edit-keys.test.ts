/** keys.yaml by hand of gateway-manage: a key more or less, and everything else as it was. */
import { describe, expect, test } from "vitest";
import { withKey, withoutKey } from "../../src/config/edit-keys.ts";

const FILE = "keys.yaml";
const COMMENTED = `# Who may use what.
keys:
  # Since May.
  anna:
    for: Anna # in 3.14
    models: [qwen, "gpt-*"]
  ben: {}
`;

describe("one more", () => {
  test.each<[string, string, Readonly<Record<string, unknown>>, string]>([
    ["no file yet", "", { models: ["qwen"] }, "keys:\n  carl:\n    models:\n      - qwen\n"],
    ["only a comment", "# none yet\n", {}, "# none yet\n\nkeys:\n  carl: {}\n"],
    ["an empty section", "keys:\n", {}, "keys:\n  carl: {}\n"],
    ["an empty map", "keys: {}\n", { tokens_per_day: 5 }, "keys:\n  carl:\n    tokens_per_day: 5\n"],
    [
      "others, with comments",
      COMMENTED,
      { for: "Carl: the 2nd", budget: { dollars: 2.5, every: "day" } },
      `${COMMENTED}  carl:\n    for: "Carl: the 2nd"\n    budget:\n      dollars: 2.5\n      every: day\n`,
    ],
  ])("with %s", (_, text, entry, after) => {
    expect(withKey(FILE, text, "carl", entry)).toBe(after);
  });

  test("but not one that is there", () => {
    expect(() => withKey(FILE, COMMENTED, "ben", {})).toThrow("keys.yaml has a key ben already");
  });
});

describe("one less", () => {
  test.each([
    ["the last", "ben", COMMENTED.replace("  ben: {}\n", "")],
    ["one with a comment", "anna", "# Who may use what.\nkeys:\n  # Since May.\n  ben: {}\n"],
  ])("%s", (_, name, after) => {
    expect(withoutKey(FILE, COMMENTED, name)).toBe(after);
  });

  test.each(["", "# nothing\n", "keys:\n", COMMENTED])("none where it is not there: %j", (text) => {
    expect(withoutKey(FILE, text, "carl")).toBeUndefined();
  });
});

test.each(["keys: [", "- a\n", "keys: 5\n", "keys: [a]\n", "text"])(
  "what is no such file is not written over: %j",
  (text) => {
    for (const edit of [withKey, withoutKey]) {
      expect(() => edit(FILE, text, "carl", {})).toThrow("keys.yaml cannot be edited");
    }
  },
);
