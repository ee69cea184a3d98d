/** Models that `init` proposes, and what vLLM has to be told of a publisher's models: data, with its sources. */

export interface Candidate {
  /** As on Hugging Face, open to everybody; `fit` knows its numbers. */
  readonly name: string;
  /** Its weights need a card of 2020 or newer: fp8 and mxfp4 have no kernels before compute capability 8.0 (vLLM, Marlin). */
  readonly newer?: true;
}

/** The better one first. Each was chosen for its licence, too: nobody has to accept terms, or to have a token. */
export const CANDIDATES: readonly Candidate[] = [
  { name: "openai/gpt-oss-120b", newer: true },
  { name: "Qwen/Qwen3-30B-A3B-Instruct-2507" },
  { name: "Qwen/Qwen3-30B-A3B-Instruct-2507-FP8", newer: true },
  { name: "Qwen/Qwen3-32B-AWQ" },
  { name: "openai/gpt-oss-20b", newer: true },
  { name: "Qwen/Qwen3-14B-AWQ" },
  { name: "Qwen/Qwen3-8B-AWQ" },
  { name: "Qwen/Qwen3-4B-Instruct-2507-FP8", newer: true },
  { name: "Qwen/Qwen3-4B-AWQ" },
  { name: "Qwen/Qwen3-1.7B" },
  { name: "Qwen/Qwen3-0.6B" },
];

export interface CpuCandidate {
  /** As llama.cpp takes it: repository and quantisation. */
  readonly repository: string;
  readonly servedName: string;
  /** Of the file, about (its listing on Hugging Face). */
  readonly gigabytes: number;
  /** Of the whole host: the model lies in memory beside everything else. */
  readonly hostGigabytes: number;
}

/** Without a GPU; a mixture of experts reads a tenth of itself for each token, which is what a processor can do. */
export const CPU_CANDIDATES: readonly CpuCandidate[] = [
  { repository: "Qwen/Qwen3-30B-A3B-GGUF:Q4_K_M", servedName: "qwen", gigabytes: 18.6, hostGigabytes: 48 },
  { repository: "Qwen/Qwen3-8B-GGUF:Q4_K_M", servedName: "qwen", gigabytes: 5.1, hostGigabytes: 20 },
  { repository: "Qwen/Qwen3-4B-GGUF:Q4_K_M", servedName: "qwen", gigabytes: 2.5, hostGigabytes: 12 },
  { repository: "Qwen/Qwen3-1.7B-GGUF:Q8_0", servedName: "qwen", gigabytes: 1.9, hostGigabytes: 0 },
];

interface Manner {
  readonly of: RegExp;
  /** --tool-call-parser; "" turns tools off. */
  readonly tools: string;
  /** --reasoning-parser */
  readonly reasoning: string;
}

/** The first that fits (docs.vllm.ai: features/tool_calling, features/reasoning_outputs). */
const MANNERS: readonly Manner[] = [
  { of: /^openai\/gpt-oss/, tools: "openai", reasoning: "openai_gptoss" },
  { of: /^Qwen\/Qwen3-Coder/, tools: "qwen3_coder", reasoning: "" },
  { of: /^Qwen\/Qwen3-.*-Instruct/, tools: "hermes", reasoning: "" },
  { of: /^Qwen\/Qwen3-/, tools: "hermes", reasoning: "qwen3" },
  { of: /^Qwen\/QwQ/, tools: "hermes", reasoning: "deepseek_r1" },
  { of: /^Qwen\/Qwen2\.5-/, tools: "hermes", reasoning: "" },
  { of: /^meta-llama\/Llama-3/, tools: "llama3_json", reasoning: "" },
  { of: /^meta-llama\/Llama-4/, tools: "llama4_pythonic", reasoning: "" },
  { of: /^mistralai\//, tools: "mistral", reasoning: "" },
  { of: /^deepseek-ai\/DeepSeek-R1/, tools: "", reasoning: "deepseek_r1" },
  { of: /^deepseek-ai\/DeepSeek-V3/, tools: "deepseek_v3", reasoning: "" },
  { of: /^zai-org\/GLM-4\.5/, tools: "glm45", reasoning: "glm45" },
];

/** Of a model that nobody here knows: plain answers, which every model can give. */
export function mannerOf(model: string): Omit<Manner, "of"> {
  return MANNERS.find(({ of }) => of.test(model)) ?? { tools: "", reasoning: "" };
}

/** Whose models ask for a token, because their terms must be accepted first (Meta, Google), or may (Mistral). */
export function isGated(model: string): boolean {
  return /^(meta-llama|google|mistralai)\//.test(model);
}
