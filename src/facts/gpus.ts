/** Graphics cards of every vendor. */
import type { GpuFacts } from "../model/gpu.ts";
import type { System } from "../system/interfaces.ts";
import { gatherAmd } from "./amd.ts";
import { gatherNvidia } from "./nvidia.ts";

export async function gatherGpus(system: System): Promise<GpuFacts> {
  const [nvidia, amd] = await Promise.all([gatherNvidia(system), gatherAmd(system)]);
  return { gpus: [...nvidia.gpus, ...amd.gpus], trouble: [...nvidia.trouble, ...amd.trouble] };
}
