/** Would a service come up on the cards that it is given, with these settings? A sum, or the reason why there is none. */
import { UserError } from "../model/diagnostic.ts";
import type { FitAsk } from "../model/fit-ask.ts";
import { type GpuFact, isMeant } from "../model/gpu.ts";
import { visible } from "../model/visible.ts";
import { calculate, type Fit } from "./fit.ts";
import { findModel, type Known, parseQuantization } from "./known.ts";

export type Judged = { readonly fit: Fit } | { readonly unknown: string };

/** What is in use now does not count: the service itself uses it, and makes room when it restarts. Shares are the configuration's to check. */
export function judgeFit(known: Known, ask: FitAsk, devices: readonly string[], gpus: readonly GpuFact[]): Judged {
  const cards = gpus.filter((gpu) => devices.some((device) => isMeant(device, gpu)));
  const [smallest] = cards.toSorted((a, b) => usable(a) - usable(b));
  if (smallest === undefined) return { unknown: "no GPU of this host that it is given could be asked" };
  if (cards.some(({ parts }) => parts.length > 0)) return { unknown: "a GPU that it is given is cut into parts" };
  try {
    const { model, quantization } = findModel(known, ask.model);
    const fit = calculate({
      model,
      card: { name: visible(smallest.name), usableBytes: usable(smallest), count: cards.length },
      tensorParallel: ask.tensorParallel,
      context: ask.context ?? model.context,
      quantization: ask.quantization === undefined ? quantization : parseQuantization(ask.quantization),
      cache: "auto",
      sequences: 1,
      utilization: ask.utilization,
    });
    return { fit };
  } catch (error) {
    if (error instanceof UserError) return { unknown: error.message };
    throw error;
  }
}

function usable({ totalBytes, reservedBytes }: GpuFact): number {
  return totalBytes - reservedBytes;
}
