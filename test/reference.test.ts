/** quadlets/ shows what the default site renders to, and the gateway of a second one: fresh, complete, the same bytes every time. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { readBuiltIn } from "../src/cli/package.ts";
import { sampleFiles } from "../src/cli/render.ts";
import type { Sources } from "../src/config/load.ts";
import { resolveStack } from "../src/config/resolve.ts";
// @ts-expect-error: plain JavaScript, which the stand-in in the lab runs as it is
import { litellmConfig } from "./lab/images/lib/litellm-config.mjs";

const ROOT = "quadlets";
const PODMAN = "5.4.2";

function committed(): ReadonlyMap<string, string> {
  const entries = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length + 1)).sort();
  return new Map(paths.map((path) => [path, readFileSync(`${ROOT}/${path}`, "utf8")]));
}

/** The shipped site with what test/cases/reference has on top: a gateway, three providers, a chain and a pattern. */
function withGateway(): Sources {
  const read = (file: string) => ({ file, text: readFileSync(`test/cases/reference/${file}`, "utf8") });
  const builtIn = readBuiltIn();
  return {
    ...builtIn,
    stack: [...builtIn.stack, read("stack.yaml")],
    registry: { providers: read("providers.yaml"), mappings: read("model-mappings.yaml") },
  };
}

/** Of that site only what the default one does not have: the folder of the gateway. */
const gateway = [...sampleFiles(resolveStack(withGateway()), PODMAN)].filter(([path]) => path.startsWith("gateway/"));

describe("the gateway of the second site", () => {
  // `npm run reference` writes these with `-u`.
  test.each(gateway)("%s", async (path, text) => {
    await expect(text).toMatchFileSnapshot(`../${ROOT}/${path}`);
  });

  test("its configuration is one that a strict reader takes, and holds each way that the two files name", () => {
    const text = new Map(gateway).get("gateway/files/config/config.yaml") ?? "";
    const read = (litellmConfig(z) as z.ZodType<{ model_list: { model_name: string }[] }>).parse(
      parse(text, { version: "1.1" }),
    );
    expect(read.model_list.map(({ model_name }) => model_name)).toEqual(["qwen", "small", "gpt-5"]);
  });
});

test("quadlets/ is what `npm run reference` writes", () => {
  const rendered = new Map([...sampleFiles(resolveStack(readBuiltIn()), PODMAN), ...gateway]);
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
