/** quadlets/ shows what the default site renders to: fresh, complete, and the same bytes every time. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readBuiltIn } from "../src/cli/package.ts";
import { sampleFiles } from "../src/cli/render.ts";
import { resolveStack } from "../src/config/resolve.ts";

const ROOT = "quadlets";
const PODMAN = "5.4.2";

function committed(): ReadonlyMap<string, string> {
  const entries = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length + 1)).sort();
  return new Map(paths.map((path) => [path, readFileSync(`${ROOT}/${path}`, "utf8")]));
}

test("quadlets/ is what `npm run reference` writes", () => {
  const rendered = sampleFiles(resolveStack(readBuiltIn()), PODMAN);
  expect([...committed().keys()]).toEqual([...rendered.keys()].sort());
  for (const [path, text] of committed()) expect(text, path).toBe(rendered.get(path));
});

test("every file says that it is generated, where its format knows comments", () => {
  const silent = [...committed()]
    .filter(([path]) => !path.endsWith(".json"))
    .filter(([, text]) => !/(generated|made) by install-quadlets/i.test(text))
    .map(([path]) => path);
  expect(silent).toEqual([]);
});

test("the same input gives the same bytes", () => {
  const once = sampleFiles(resolveStack(readBuiltIn()), PODMAN);
  expect(sampleFiles(resolveStack(readBuiltIn()), PODMAN)).toEqual(once);
});
