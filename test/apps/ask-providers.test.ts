/** The providers of a site, asked on its host: with whose key, and what sleeps stays asleep. */
import { expect, test } from "vitest";
import { askProviders } from "../../src/apps/ask-providers.ts";
import { gatherListeners } from "../../src/facts/listeners.ts";
import type { HttpQuestion } from "../../src/model/http.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import type { Registry } from "../../src/model/registry.ts";
import { resolve } from "../gateway/support.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const { files } = renderSite(siteSources());
const index = JSON.parse(files.find(({ path }) => path === INDEX_PATH)?.content ?? "") as ServiceIndex;
const vllm = index.services.find(({ name }) => name === "vllm-qwen") as IndexedService;
const router = { ...vllm, name: "gateway", user: "gateway-user", uid: 940, home: "/var/lib/gateway" } as IndexedService;

const registry = resolve({
  providers: `
    providers:
      local: { type: vllm, service: vllm-qwen }
      lan: { type: ollama, base_url: http://192.0.2.7:11434/v1, models: { llama3: {} } }
      off: { type: openai, status: disabled, key: openai, models: { gpt-5: {} } }
  `,
}).registry as Registry;

function host({ uid = vllm.uid, models = ["qwen", "llama3:latest"], services = [vllm] } = {}) {
  const system = memorySystem();
  const asked: string[] = [];
  system.files.put("/proc/4242/net/tcp", `  0: 0100007F:1F40 00000000:0000 0A 0:0 0:0 0  ${uid} 0 1\n`);
  system.runner.on("secret inspect", { stdout: '[{"SecretData":"sk-1"}]' });
  system.http.answer = ({ port, path, far, bearer }: HttpQuestion) => {
    asked.push(`${far?.host}:${port}${path} ${bearer?.reveal() ?? "no key"}`);
    return { status: 200, body: JSON.stringify({ data: models.map((id) => ({ id })) }) };
  };
  const here = gatherListeners(system).then((listeners) => ({ router, services, listeners }));
  const faults = here.then((surroundings) => askProviders(system, registry, surroundings));
  return { asked, secrets: system.runner, said: faults.then((all) => all.map(({ message }) => message)) };
}

test("each that is active, with the key that who routes has for it", async () => {
  const { asked, said, secrets } = host({ models: [...vllmNames(), "llama3:latest"] });
  expect(await said).toEqual([]);
  expect(asked.sort()).toEqual(["127.0.0.1:8000/v1/models sk-1", "192.0.2.7:11434/v1/models no key"]);
  expect(secrets.printed.filter((line) => line.includes("secret inspect"))).toEqual([
    expect.stringContaining("gateway-provider_local"),
  ]);
});

test("the models that requests lead to, and no others", async () => {
  const { said } = host({ models: ["other"] });
  expect(await said).toEqual([
    `the provider local does not have ${vllmNames()[0]}: it has other`,
    "the provider lan does not have llama3: it has other",
  ]);
});

test("whoever else has its port is not shown the key", async () => {
  const { asked, said } = host({ uid: vllm.uid + 1, models: ["llama3"] });
  expect(await said).toEqual(["the provider local does not answer: nobody listens there"]);
  expect(asked).toEqual(["192.0.2.7:11434/v1/models no key"]);
});

test("one that sleeps is neither woken nor at fault", async () => {
  const asleep = { ...vllm, idle: {} } as unknown as IndexedService;
  const { asked, said } = host({ uid: 0, models: ["llama3"], services: [asleep] });
  expect(await said).toEqual([]);
  expect(asked).toEqual(["192.0.2.7:11434/v1/models no key"]);
});

function vllmNames(): readonly string[] {
  return registry.providers.find(({ name }) => name === "local")?.models.map(({ name }) => name) ?? [];
}
