/** Where manual pages go on the distributions, by the links between the two places. */
import { expect, test } from "vitest";
import { gatherManRoot } from "../../src/facts/man-root.ts";
import { readOnly } from "../../src/system/read-only.ts";
import { memorySystem } from "../support/memory-system.ts";

const [USUAL, OLD] = ["/usr/local/share/man", "/usr/local/man"];
const PAGE = "man1/x.1";

test.each([
  ["Debian", { [`${USUAL}/${PAGE}`]: "" }, { [OLD]: "share/man" }, USUAL],
  ["Fedora and openSUSE", { [`${USUAL}/${PAGE}`]: "", [`${OLD}/${PAGE}`]: "" }, {}, USUAL],
  ["Arch", { [`${OLD}/${PAGE}`]: "" }, { [USUAL]: "../man" }, OLD],
  ["a host with neither", {}, {}, USUAL],
  ["a host with a link to nowhere", {}, { [USUAL]: "../man" }, USUAL],
] as const)("%s", async (_, files, links, root) => {
  const linked = Object.entries(links).map(([path, target]) => [path, { kind: "symlink", target }] as const);
  const memory = memorySystem({ files: { ...files, ...Object.fromEntries(linked) } });
  expect(await gatherManRoot(readOnly(memory))).toBe(root);
});
