/** Of a second gateway: which questions it gets, at which port, and which of them count where it does not answer. */
import { expect, test } from "vitest";
import { askSecond, probesAt } from "../../src/apps/ask-second.ts";
import type { HttpAnswer } from "../../src/model/http.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const STACK = `
services:
  opik: { enabled: false }
  llama-cpp: { gpu: { memory: 0.05 }, swap: { group: small, default: true } }
  ollama: { settings: { models: [bge-m3] } }
  gateway: {}
`;
const PORTS = new Map([[4000, 4001]]);
const TOKEN: HttpAnswer = { status: 200, body: '{"usage":{"completion_tokens":1}}' };
const REFUSED: HttpAnswer = { status: 400, body: '{"error":{"message":"no such model"}}' };

async function ask(answer: (port: number, model: string) => HttpAnswer, awake: readonly string[]) {
  const file = renderSite(siteSources(STACK)).files.find(({ path }) => path === INDEX_PATH);
  const index = JSON.parse(file?.content ?? "") as ServiceIndex;
  const service = index.services.find(({ name }) => name === "gateway") ?? expect.fail();
  const rows = [4000, 4001].map((port) => `0: 0100007F:${port.toString(16)} 0:0 0A 0 0 0 ${service.uid} 0 1`);
  const sockets = index.services.map(({ uid }) => [`/run/user/${uid}/systemd/private`, ""] as const);
  const system = memorySystem({
    files: { "/proc/4242/net/tcp": rows.join("\n").toUpperCase(), ...Object.fromEntries(sockets) },
  });
  system.runner.on("secret inspect", () => ({ stdout: JSON.stringify([{ SecretData: "sk-1" }]) }));
  system.runner.on(/systemctl --user .*show/, ({ argv }) => ({
    stdout: argv
      .filter((word) => word.endsWith(".service"))
      .map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${awake.includes(unit) ? "active" : "inactive"}\n`)
      .join("\n"),
  }));
  const asked: string[] = [];
  system.http.answer = ({ by, port, body }) => {
    const { model } = JSON.parse(body?.reveal() ?? "{}") as { model: string };
    asked.push(`${by?.name ?? port} ${model}`);
    return answer(port, model);
  };
  const missing = await askSecond(system, index, { service, ports: PORTS });
  return { asked: asked.toSorted(), missing: missing.map((one) => [one.asked, one.where, one.missing]) };
}

test("each model is asked at the second port; the first port only for what lacks there", async () => {
  const all = await ask(() => TOKEN, ["llama-cpp.service"]);
  expect(all).toEqual({ asked: ["4001 bge-m3", "4001 qwen", "4001 qwen-small"], missing: [] });
  const none = await ask((port, model) => (model === "qwen" || port === 4001 ? REFUSED : TOKEN), ["llama-cpp.service"]);
  expect(none.asked).toEqual(["4000 bge-m3", "4000 qwen", "4000 qwen-small", ...all.asked]);
  const words = "it answers 400: no such model";
  expect(none.missing.toSorted()).toEqual([
    ["bge-m3", "http://127.0.0.1:4001", words],
    ["qwen-small", "http://127.0.0.1:4001", words],
  ]);
});

test("a model of a service that sleeps is not asked for", async () => {
  const { asked } = await ask(() => TOKEN, []);
  expect(asked).toEqual(["4001 bge-m3", "4001 qwen"]);
});

test("what is at another port, and what is a person's to bring, is none of its questions", () => {
  const probe = { model: "m", path: "/", body: "{}", find: "a", wanted: "a token" };
  const probes = [
    { ...probe, port: 4000 },
    { ...probe, port: 4002 },
    { ...probe, port: 4000, byHand: true },
  ];
  expect(probesAt({ probes } as never, PORTS)).toEqual([{ ...probe, port: 4000 }]);
  expect(probesAt({} as never, PORTS)).toEqual([]);
});
