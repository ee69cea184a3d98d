/** Hosts that somebody may type `init` on. */
import { readFileSync } from "node:fs";
import { readBuiltIn } from "../../src/cli/package.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { parseKnown } from "../../src/fit/known.ts";
import { judgeCards } from "../../src/init/cards.ts";
import { proposeModel } from "../../src/init/choose-model.ts";
import type { Found } from "../../src/init/found.ts";
import type { Situation } from "../../src/init/questions.ts";
import type { GpuFact } from "../../src/model/gpu.ts";
import type { Address } from "../../src/model/names.ts";
import { GIB } from "../../src/model/size.ts";

export const KNOWN = parseKnown(readFileSync("config/models.json", "utf8"));

const vllm = resolveStack(readBuiltIn()).services.find(({ name }) => name === "vllm-qwen");
export const SHIPPED = {
  version: String(vllm?.settings["version"]),
  driver: vllm?.containers[0]?.nvidiaDriver?.atLeast,
  llamaVersion: "server-cuda-b1",
};

export function gpu(name: string, gib: number, more: Partial<GpuFact> = {}): GpuFact {
  const base = {
    vendor: "nvidia" as const,
    index: 0,
    uuid: undefined,
    reservedBytes: 0.3 * GIB,
    usedBytes: 0,
    busy: 0,
  };
  return { ...base, name, totalBytes: gib * GIB, parts: [], processes: [], ...more };
}

export function host(gpus: readonly GpuFact[], more: Partial<Found> = {}): Found {
  const address = "100.64.0.7" as Address;
  const names = ["gpu.tail1234.ts.net"];
  return {
    addresses: [
      { address: "192.168.1.5" as Address, interface: "eth0" },
      { address, interface: "tailscale0" },
    ],
    hasTailscale: true,
    tailnet: { running: true, address, names, userspace: false, version: "1.98.9" },
    gpus: { gpus, trouble: [] },
    driver: "580.95.5",
    nvidiaCards: gpus.filter(({ vendor }) => vendor === "nvidia").length,
    memoryBytes: 64 * GIB,
    freeBytes: 500e9,
    ...more,
  };
}

export function situation(found: Found): Situation {
  const basis = { found, known: KNOWN, shipped: SHIPPED, cards: judgeCards(found, SHIPPED) };
  return { ...basis, proposal: proposeModel(basis) };
}

const NO_TAILNET = { running: false, address: undefined, names: [], userspace: false, version: undefined };
export const WITHOUT_TAILSCALE = { hasTailscale: false, tailnet: NO_TAILNET };

const AMD = gpu("AMD Instinct MI300X", 192, { vendor: "amd" });
const parts = [
  { index: 0, totalBytes: 9.75 * GIB, usedBytes: 0 },
  { index: 1, totalBytes: 19.5 * GIB, usedBytes: 0 },
];

/** What is proposed there: the model, and the settings of its service besides it and its name. */
export const HOSTS: Readonly<Record<string, { found: Found; model: string; settings: object }>> = {
  "no GPU": {
    found: host([], { driver: undefined }),
    model: "Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M",
    settings: { version: "server-b1", gpus: [], memory: "32g" },
  },
  "no GPU, and little memory": {
    found: host([], { driver: undefined, memoryBytes: 7 * GIB }),
    model: "Qwen/Qwen3-1.7B-GGUF:Q8_0",
    settings: { version: "server-b1", gpus: [], memory: "4g" },
  },
  "8 GB": {
    found: host([gpu("NVIDIA GeForce RTX 4060", 8)]),
    model: "Qwen/Qwen3-4B-AWQ",
    settings: { max_model_len: 16384, reasoning_parser: "qwen3" },
  },
  "16 GB": {
    found: host([gpu("NVIDIA GeForce RTX 4080", 16)]),
    model: "Qwen/Qwen3-14B-AWQ",
    settings: { max_model_len: 16384 },
  },
  "16 GB of 2018": {
    found: host([gpu("Tesla T4", 15)]),
    model: "Qwen/Qwen3-8B-AWQ",
    settings: { max_model_len: 16384, dtype: "half" },
  },
  "48 GB of 2018": {
    found: host([gpu("Quadro RTX 8000", 48)]),
    model: "Qwen/Qwen3-32B-AWQ",
    settings: { dtype: "half" },
  },
  "24 GB": {
    found: host([gpu("NVIDIA GeForce RTX 4090", 24)]),
    model: "openai/gpt-oss-20b",
    settings: { max_model_len: 65536, tool_call_parser: "openai", reasoning_parser: "openai_gptoss" },
  },
  "24 GB, a third of it in use": {
    found: host([gpu("NVIDIA GeForce RTX 4090", 24, { usedBytes: 8 * GIB })]),
    model: "Qwen/Qwen3-14B-AWQ",
    settings: { max_model_len: 16384, gpu_memory_utilization: 0.64 },
  },
  "48 GB": {
    found: host([gpu("NVIDIA L40S", 45)]),
    model: "Qwen/Qwen3-30B-A3B-Instruct-2507-FP8",
    settings: { max_model_len: 32768, tool_call_parser: "hermes" },
  },
  "80 GB": {
    found: host([gpu("NVIDIA H100 80GB HBM3", 79.6)]),
    model: "Qwen/Qwen3-30B-A3B-Instruct-2507",
    settings: { max_model_len: 32768 },
  },
  "141 GB": {
    found: host([gpu("NVIDIA H200", 140.4)]),
    model: "openai/gpt-oss-120b",
    settings: { max_model_len: 131072 },
  },
  "two of 24 GB": {
    found: host([gpu("NVIDIA GeForce RTX 3090", 24), gpu("NVIDIA GeForce RTX 3090", 24, { index: 1 })]),
    model: "Qwen/Qwen3-30B-A3B-Instruct-2507-FP8",
    settings: { max_model_len: 32768, tensor_parallel_size: 2 },
  },
  "two of 80 GB, of which one is enough for the model that fits best on both": {
    found: host([gpu("NVIDIA H200", 140.4), gpu("NVIDIA H200", 140.4, { index: 1 })]),
    model: "openai/gpt-oss-120b",
    settings: { max_model_len: 131072, gpus: ["0"] },
  },
  "a large one beside a small one": {
    found: host([gpu("NVIDIA GeForce GT 1030", 2), gpu("NVIDIA GeForce RTX 4090", 24, { index: 1 })]),
    model: "openai/gpt-oss-20b",
    settings: { gpus: ["1"] },
  },
  "a card that is cut into parts": {
    found: host([gpu("NVIDIA A100-SXM4-80GB", 80, { parts })]),
    model: "openai/gpt-oss-20b",
    settings: { gpus: ["0:1"] },
  },
  "a driver for CUDA 12": {
    found: host([gpu("NVIDIA GeForce RTX 4090", 24)], { driver: "570.86.15" }),
    model: "openai/gpt-oss-20b",
    settings: { version: `${SHIPPED.version}-cu129` },
  },
  AMD: {
    found: host([AMD], { driver: undefined }),
    model: "Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M",
    settings: { gpus: [] },
  },
  "AMD beside NVIDIA": {
    found: host([gpu("NVIDIA L4", 22.5), AMD]),
    model: "openai/gpt-oss-20b",
    settings: { max_model_len: 65536 },
  },
  "a card of 2017 alone": {
    found: host([gpu("Tesla V100-SXM2-32GB", 32)]),
    model: "Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M",
    settings: { gpus: [] },
  },
};
