/** The table of models and cards that this package brings along. */
import { type Known, knownWeights, parseKnown } from "../fit/known.ts";
import { readTextFile } from "../system/package-files.ts";
import { packageFile } from "./package-root.ts";

export function knownModels(): Known {
  return parseKnown(readTextFile(packageFile("config/models.json")) ?? '{"models":[],"cards":[]}');
}

let table: Known | undefined;

/** Bytes of the weights of a model, about; undefined for one that is not known. */
export function weights(model: string): number | undefined {
  table ??= knownModels();
  return knownWeights(table, model);
}
