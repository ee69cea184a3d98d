/** Which settings of a service say what its model asks of the cards. */
import type { FitAsk } from "../../model/fit-ask.ts";
import type { Path } from "../node.ts";
import type { WrittenService } from "../schema/service.ts";
import { type Builder, readOptionalText, readText } from "./fields.ts";

const PATH: Path = ["serves_models", "fit"];

export function buildFitAsk(
  builder: Builder,
  written: NonNullable<WrittenService["serves_models"]>["fit"],
): FitAsk | undefined {
  if (written === undefined) return undefined;
  const number = (key: string): number | undefined => {
    const value = Number(readOptionalText(builder, [...PATH, key]) || Number.NaN);
    return Number.isFinite(value) && value > 0 ? value : undefined;
  };
  return {
    model: readText(builder, [...PATH, "model"]),
    tensorParallel: number("tensor_parallel") ?? 1,
    context: number("context"),
    quantization: readOptionalText(builder, [...PATH, "quantization"]) || undefined,
    utilization: number("utilization") ?? 0.9,
  };
}
