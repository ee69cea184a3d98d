/** `install-quadlets fit` and `vllm-manage fit`: reads the table, a config.json and the GPUs; changes nothing, needs no root. */
import { dirname } from "node:path";
import { gatherGpus } from "../facts/gpus.ts";
import { fitJson, fitText } from "../fit/describe.ts";
import { calculate } from "../fit/fit.ts";
import { type Found, findModel, type Known } from "../fit/known.ts";
import { parseModelConfig } from "../fit/model-config.ts";
import { makeWish } from "../fit/wish.ts";
import { userError } from "../model/diagnostic.ts";
import type { GpuFacts } from "../model/gpu.ts";
import { visible } from "../model/visible.ts";
import { readTextFile } from "../system/package-files.ts";
import { makeSystem } from "../system/real.ts";
import type { FitOptions } from "./fit-flags.ts";
import { knownModels } from "./known-models.ts";
import { print, printJson, table } from "./output.ts";

/** Exit code 1 where it does not fit, as a script would ask. */
export async function fitCommand(name: string | undefined, options: FitOptions): Promise<void> {
  const known = knownModels();
  if (options.list === true) {
    listModels(known, options);
    return;
  }
  const found = model(known, name, options.config);
  const there: GpuFacts = options.gpu === undefined ? await gatherGpus(makeSystem()) : { gpus: [], trouble: [] };
  const result = calculate(makeWish(known, found, options, there));
  if (!result.fits) process.exitCode = 1;
  if (options.json === true) printJson(fitJson(result));
  else print(fitText(result));
}

function model(known: Known, name: string | undefined, config: string | undefined): Found {
  if (config === undefined) {
    if (name !== undefined) return findModel(known, name);
    throw userError(
      "bad-value",
      "which model?",
      "fit Qwen/Qwen3-8B; --list names those that are known; --config FILE reads a config.json",
    );
  }
  const text = readTextFile(config);
  if (text === undefined) throw userError("no-such-file", `${visible(config)}: no such file`);
  // In the same directory of a Hugging Face cache, and precise.
  const index = readTextFile(`${dirname(config)}/model.safetensors.index.json`);
  const read = parseModelConfig(visible(name ?? config), text, index);
  return { model: read, quantization: read.quantization };
}

function listModels({ models, cards }: Known, { json }: FitOptions): void {
  if (json === true) {
    printJson({ version: 1, models, gpus: cards });
    return;
  }
  const rows = models.map(({ name, parameters, quantization, context }) => [
    name,
    `${(parameters / 1e9).toFixed(1)} billion`,
    quantization,
    String(context),
  ]);
  print(table([["MODEL", "PARAMETERS", "AS PUBLISHED", "CONTEXT"], ...rows]));
  print(`\nGPUs for --gpu: ${cards.map(({ name }) => name).join(", ")}`);
}
