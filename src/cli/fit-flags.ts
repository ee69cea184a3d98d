/** The flags of `fit`, the same in both programs; apart from what it does, which is loaded when it runs. */
import type { Command } from "commander";
import type { Typed } from "../fit/wish.ts";

export interface FitOptions extends Typed {
  readonly config?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** The same flags for both programs. */
export function fitFlags(command: Command): Command {
  return command
    .description("does a model fit on the GPUs, or what to lower; needs no root and asks no network")
    .option("--gpu <memory|name>", 'such GPUs instead of those that are here: 24G, H100, "RTX 4090"')
    .option("--tp <count>", "GPUs that share the model (tensor parallelism); 1 without it")
    .option("--context <tokens>", "longest request; without it 32768, or all of the model's")
    .option("--quantization <name>", "of the weights: fp8, awq, gptq, int4, ...; without it as published")
    .option("--kv-cache-dtype <type>", "auto or fp8")
    .option("--sequences <count>", "requests of that length at once; 1 without it")
    .option("--utilization <share>", "share of each GPU's memory; 0.9 without it")
    .option("--config <file>", "config.json of a model that is not in the table")
    .option("--list", "which models and GPUs are known by name")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      `
Exit codes: 0 it fits, 1 it does not, or an error. Weights and cache are exact; what vLLM sets aside is estimated.`,
    );
}
