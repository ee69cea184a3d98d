/** What the build parses beforehand is what a run would have parsed itself. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { packNode, unpackMap } from "../../src/config/packed.ts";
import { parseYaml } from "../../src/config/parse.ts";

const CONFIG = fileURLToPath(new URL("../../config/", import.meta.url));
const FILES = readdirSync(CONFIG, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));

const ODD = `
version: 1.10
octal: 0o17
nothing:
tilde: ~
"a key": [1, "1", true, "true", null, [], {}]
nested: { "": '', deep: { x: "two\\nlines" } }
`;

function parsed(file: string, text: string) {
  const node = parseYaml({ file, text }, (_, message) => expect.unreachable(message));
  if (node === undefined) throw new Error(`${file} has no content`);
  return node;
}

const texts = FILES.map((file): [string, string] => [file, readFileSync(`${CONFIG}${file}`, "utf8")]);

test.each<[string, string]>([["odd", ODD], ...texts])(
  "%s: packed and unpacked, every value, text and place is the same",
  (file, text) => {
    const node = parsed(file, text);
    expect(node.entries.size).toBeGreaterThan(1);
    expect(unpackMap(JSON.parse(JSON.stringify(packNode(node))), file)).toEqual(node);
  },
);

test("there are built-in files", () => {
  expect(FILES).toContain("stack.yaml");
  expect(FILES.length).toBeGreaterThan(5);
});
