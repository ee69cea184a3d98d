/** The examples of the README are run, so that they stay true. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readBuiltIn } from "../src/cli/package.ts";
import { sampleFiles } from "../src/cli/render.ts";
import type { SourceFile } from "../src/config/load.ts";
import { resolveStack } from "../src/config/resolve.ts";
import { fitText } from "../src/fit/describe.ts";
import { calculate } from "../src/fit/fit.ts";
import { findModel, parseKnown } from "../src/fit/known.ts";
import { makeWish } from "../src/fit/wish.ts";
import { routesOf } from "../src/gateway/routes.ts";
import { questionOf } from "../src/init/questions.ts";
import { foundText } from "../src/init/words.ts";
import { limitsText } from "../src/model/gateway-key.ts";
import type { Stack } from "../src/model/service.ts";
import { GIB } from "../src/model/size.ts";
import { gpu, host, situation } from "./init/hosts.ts";
import { block, readme } from "./support/readme.ts";

function resolve(stack: string, services: readonly SourceFile[] = []): Stack {
  const builtIn = readBuiltIn();
  return resolveStack({
    stack: [...builtIn.stack, { file: "stack.yaml", text: stack }],
    services: [...builtIn.services, ...services],
  });
}

test("the example of a site", () => {
  const stack = resolve(block("Configure", "services:"));
  expect(stack.services.map((service) => service.name)).not.toContain("opik");
  expect(stack.services.find((service) => service.name === "vllm-qwen")?.settings).toMatchObject({
    model: "Qwen/Qwen3-32B",
    tensor_parallel_size: 2,
  });
});

test("the example of a second model", () => {
  const section = readme.slice(readme.indexOf("A second model is"));
  const text = section.slice(section.indexOf("    services:"), section.indexOf("\n`gpu: {")).replaceAll(/^ {4}/gm, "");
  const coder = resolve(text).services.find((service) => service.from === "vllm-qwen" && service.name !== "vllm-qwen");
  expect(coder).toMatchObject({
    name: "vllm-coder",
    gpu: { devices: ["nvidia.com/gpu=1"], memory: 0.9 },
    account: { user: "vllm-coder-user", home: "/var/lib/vllm-coder" },
  });
});

test("the example of a new service renders to units", () => {
  const text = block("Add a service", "description: ntfy");
  const stack = resolve("{ observability: true, services: { ntfy: {} } }", [{ file: "services/ntfy.yaml", text }]);
  const files = sampleFiles(stack, "5.4.2");
  expect(files.get("ntfy/ntfy.container")).toContain("Image=docker.io/binwiederhier/ntfy:v2.14.0");
  expect(files.get("nginx-proxy/files/config/routes.conf")).toContain("ntfy.liminati.internal");
  expect(files.get("prometheus/files/config/prometheus.yml")).toContain('targets: ["127.0.0.1:8085"]');
});

test("the example of a sum", () => {
  const known = parseKnown(readFileSync("config/models.json", "utf8"));
  const shown = block("Does a model fit", "$ npx install-quadlets fit Qwen/Qwen3-8B --gpu 24G")
    .split("\n")
    .slice(1)
    .join("\n");
  const wish = makeWish(known, findModel(known, "Qwen/Qwen3-8B"), { gpu: "24G" }, { gpus: [], trouble: [] });
  expect(shown.trim()).toBe(fitText(calculate(wish)));
});

test("the example of init", () => {
  const found = host([gpu("NVIDIA H100 80GB HBM3", 79.6)], { memoryBytes: 256 * GIB, freeBytes: 1e12 });
  const at = situation(found);
  const asked = (["domain", "model"] as const).flatMap((key) => {
    const { lines = [], ask, enter } = questionOf(key, at, {}) ?? {};
    return ["", ...lines, `${ask} [${enter}]:`];
  });
  const shown = block("Install", "$ sudo npx install-quadlets init").split("\n").slice(1);
  const words = [...foundText(found, at.cards), ...asked];
  expect(shown.slice(0, words.length)).toEqual(words);
  expect(block("Install", "curl -fsS")).toContain(
    `"model": "${at.proposal?.engine === "vllm" && at.proposal.servedName}"`,
  );
});

test("the commands that it names exist", () => {
  const program = readFileSync("src/cli/svc-program.ts", "utf8") + readFileSync("src/cli/app-program.ts", "utf8");
  for (const verb of ["list", "status", "logs", "health", "restart"]) expect(program).toContain(`.command("${verb}`);
});

test("the example of providers and mappings", () => {
  const files = { providers: "providers:", mappings: "models:\n      qwen:" } as const;
  const text = (kind: keyof typeof files) => block("One address for every model", files[kind]);
  const { stack, services } = readBuiltIn();
  const site = `services: { gateway: {}, llama-cpp: {} }`;
  const resolveWith = (mappings: string) =>
    resolveStack({
      stack: [...stack, { file: "stack.yaml", text: site }],
      services,
      registry: {
        providers: { file: "providers.yaml", text: text("providers") },
        mappings: { file: "model-mappings.yaml", text: mappings },
        keys: { file: "keys.yaml", text: block("Keys for people and machines", "keys:") },
      },
    });
  const { registry } = resolveWith(text("mappings"));
  expect(registry && routesOf(registry).map(({ name, fallbacks }) => [name, ...fallbacks])).toEqual([
    ["qwen", "qwen-small"],
    ["qwen-small"],
    ["big-model"],
  ]);
  expect(registry?.keys.map(({ name, limits }) => `${name}: ${limitsText(limits)}`)).toEqual([
    "anna: qwen-small, qwen-*, 60 requests a minute, 4 at once, 200,000 tokens a day, until 2027-03-01",
    "nightly-report: big-model, 50,000 tokens a minute, $20 a month",
    "open-webui: every model",
  ]);
  const shown = block("One address for every model", "$ install-quadlets check model-mappings.yaml").split("\n");
  expect(() => resolveWith(text("mappings").replace("provider: local", "provider: locla"))).toThrow(
    shown.slice(2).join("\n").trim(),
  );
});
