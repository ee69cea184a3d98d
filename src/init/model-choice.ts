/** Which model, by which engine: what was decided, as the stack file and the words need it. */
import type { Fit } from "../fit/fit.ts";
import type { Usable } from "./cards.ts";

export interface VllmChoice {
  readonly engine: "vllm";
  readonly model: string;
  readonly servedName: string;
  /** Undefined where nobody looked at the cards: then only what was said stands in the file. */
  readonly usable: Usable | undefined;
  /** Undefined for a model that `fit` does not know. */
  readonly fit: Fit | undefined;
  readonly tools: string;
  readonly reasoning: string;
  readonly gated: boolean;
}

export interface LlamaChoice {
  readonly engine: "llama-cpp";
  readonly repository: string;
  readonly servedName: string;
  /** Tag of the image without CUDA. */
  readonly version: string;
  /** Of the weights, about; undefined for one that somebody named. */
  readonly gigabytes: number | undefined;
  /** What the container may take, in GB. */
  readonly memoryGigabytes: number;
}

export type ModelChoice = VllmChoice | LlamaChoice | { readonly engine: "none" };
