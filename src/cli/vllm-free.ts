/** `vllm-manage free`: what is left of each GPU, and which models would fit in it. */
import { readGpus } from "../apps/gpus.ts";
import { readIndex } from "../apps/service-index.ts";
import { type RoomLeft, roomLeft } from "../fit/room-left.ts";
import { userError } from "../model/diagnostic.ts";
import { MOST_OF_A_GPU } from "../model/sharing.ts";
import { memoryText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { knownModels } from "./known-models.ts";
import { print, printJson, table } from "./output.ts";

/** More would be a list to read, and not an answer. */
const SHOWN = 6;

export async function free(options: { readonly json?: boolean; readonly all?: boolean }): Promise<void> {
  const system = makeSystem();
  const { services } = await readIndex(system);
  const { gpus, trouble } = await readGpus(system, services);
  if (gpus.length === 0)
    throw userError("no-gpu", `there is no GPU here that could be asked${why(trouble)}`, "sudo vllm-manage gpu");
  const known = knownModels();
  const cards = gpus.map(({ gpu, given }) => {
    const usableBytes = gpu.totalBytes - gpu.reservedBytes;
    const card = { name: visible(gpu.name), usableBytes, freeBytes: usableBytes - gpu.usedBytes };
    const taken = given.map(({ service, share }) => ({
      share,
      group: services.find(({ name }) => name === service)?.swap?.group,
    }));
    const unsaid = given.filter(({ share }) => share === undefined).map(({ service }) => service);
    const left = gpu.parts.length > 0 ? undefined : roomLeft(known, card, taken, MOST_OF_A_GPU);
    return { index: gpu.index, card, given, unsaid, left };
  });
  if (options.json === true) return printJson({ version: 1, gpus: cards });
  for (const { index, card, given, unsaid, left } of cards) {
    print(`GPU ${index}  ${card.name}: ${memoryText(card.freeBytes)} of ${memoryText(card.usableBytes)} not in use`);
    if (left === undefined) print("  it is cut into parts: vllm-manage fit MODEL --gpu 20G says what fits into one");
    else print(roomText(left, given, unsaid, options.all === true ? left.models.length : SHOWN));
  }
}

function why(trouble: readonly string[]): string {
  return trouble.length === 0 ? "" : ` (${visible(trouble.join("; "))})`;
}

function roomText(
  { share, limit, models }: RoomLeft,
  given: readonly { readonly service: string; readonly share: number | undefined }[],
  unsaid: readonly string[],
  shown: number,
): string {
  const names = given.map((one) => (one.share === undefined ? one.service : `${one.service} ${one.share}`)).join(", ");
  const because =
    limit === "used"
      ? "the rest is in use now"
      : names === ""
        ? "the rest is never given"
        : `the rest is given: ${names}`;
  const open = unsaid.length === 0 ? [] : [`  ${unsaid.join(", ")} may take more: no share is set for it`];
  if (share === 0) return [`  nothing is left for one more model: ${because}`, ...open].join("\n");
  const rows = models
    .slice(0, shown)
    .map(({ name, parameters, context }) => [
      `  ${name}`,
      `${(parameters / 1e9).toFixed(1)} billion`,
      `${context} tokens`,
    ]);
  const more = models.length > shown ? [`  and ${models.length - shown} smaller ones (--all)`] : [];
  const fits = rows.length === 0 ? ["  no model that is known fits in that"] : [table(rows), ...more];
  return [`  room for gpu: { memory: ${share} }; ${because}`, ...open, ...fits].join("\n");
}
