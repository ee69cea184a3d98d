/** What the cards of a host are good for: those that work together, and what keeps a card from being used. */
import type { Card } from "../fit/fit.ts";
import type { GpuFact } from "../model/gpu.ts";
import { groupBy } from "../model/group-by.ts";
import { visible } from "../model/visible.ts";
import type { Found, Shipped } from "./found.ts";

/** CUDA 13 left these out (its release notes), and vLLM's image is made for it. */
const TOO_OLD = /\b(K\d0|M\d0|P4|P40|P100|V100|TITAN (Xp|V)|GTX \d+|Quadro (K|M|P|GV)\d+)\b/i;
/** Compute capability 7.5: no bfloat16. */
const NO_BFLOAT = /\b(T4|T\d00|RTX 20\d\d|TITAN RTX|Quadro RTX)\b/i;
/** The oldest driver that runs programs of any CUDA 12 (its documentation on minor version compatibility). */
const CUDA_12_DRIVER = 525;

/** Cards of one kind, or the one part of one, on which vLLM can run. */
export interface Usable {
  readonly card: Card;
  readonly count: number;
  /** As services name them. */
  readonly names: readonly string[];
  /** They are all that services mean by "all". */
  readonly all: boolean;
  readonly noBfloat: boolean;
  /** Tag of the image where the shipped one needs a newer driver. */
  readonly version: string | undefined;
}

export interface Cards {
  readonly usable: Usable | undefined;
  /** What is there and not used, with the reason. */
  readonly passedOver: readonly string[];
  /** There is a card, and nobody can say what it is: then nothing is proposed. */
  readonly unknown: readonly string[];
}

export function judgeCards(found: Found, shipped: Shipped): Cards {
  const { gpus, trouble } = found.gpus;
  const nvidia = gpus.filter(({ vendor }) => vendor === "nvidia");
  const amd = gpus.filter(({ vendor }) => vendor === "amd");
  const old = nvidia.filter(({ name }) => TOO_OLD.test(name));
  const passedOver = [
    ...amd.map(({ name }) => `${visible(name)}: the images of this catalogue are made for NVIDIA cards`),
    ...old.map(({ name }) => `${visible(name)}: CUDA 13 does not know it any more, and vLLM's image is made for that`),
  ];
  const silent = nvidia.length === 0 && found.nvidiaCards > 0;
  const unknown = [
    ...(nvidia.length === 0 ? trouble.map(visible) : []),
    ...(silent && trouble.length === 0
      ? [
          `${found.nvidiaCards} NVIDIA ${found.nvidiaCards === 1 ? "card is" : "cards are"} there, and no driver that knows of it`,
        ]
      : []),
  ];
  const tag = imageFor(found.driver, shipped);
  if (tag === "none") {
    const why = `the driver ${found.driver} is older than ${CUDA_12_DRIVER}, which the oldest image of vLLM needs`;
    return { usable: undefined, passedOver, unknown: nvidia.length > 0 ? [why] : unknown };
  }
  const best = bestOf(
    nvidia.filter((gpu) => !old.includes(gpu)),
    nvidia.length,
  );
  const version = tag === "shipped" ? undefined : tag;
  return { usable: best && { ...best, version }, passedOver, unknown };
}

function imageFor(driver: string | undefined, { version, driver: atLeast }: Shipped): string {
  if (driver === undefined || atLeast === undefined) return "shipped";
  const has = Number.parseInt(driver, 10);
  if (has >= atLeast) return "shipped";
  return has >= CUDA_12_DRIVER ? `${version}-cu129` : "none";
}

/** Only equal cards share a model. `there` counts those that are not usable, too: "all" means them as well. */
function bestOf(gpus: readonly GpuFact[], there: number): Omit<Usable, "version"> | undefined {
  const whole = [
    ...groupBy(
      gpus.filter(({ parts }) => parts.length === 0),
      ({ name }) => name,
    ).values(),
  ];
  const groups = [...whole.map((group) => ofCards(group, there)), ...gpus.flatMap(ofParts)];
  return groups.sort((a, b) => room(b) - room(a))[0];
}

function room({ card, count }: Pick<Usable, "card" | "count">): number {
  return card.usableBytes * count;
}

function ofCards(group: readonly GpuFact[], there: number): Omit<Usable, "version"> {
  const usable = group.map((gpu) => gpu.totalBytes - gpu.reservedBytes);
  const free = group.map((gpu) => gpu.totalBytes - gpu.reservedBytes - gpu.usedBytes);
  const name = visible(group[0]?.name ?? "");
  return {
    card: { name, usableBytes: Math.min(...usable), freeBytes: Math.min(...free), count: group.length },
    count: group.length,
    names: group.map(({ index }) => String(index)),
    all: group.length === there,
    noBfloat: NO_BFLOAT.test(name),
  };
}

/** A card that is cut into parts gives one of them: parts do not share a model. */
function ofParts({ name, index, parts }: GpuFact): readonly Omit<Usable, "version">[] {
  const [part] = [...parts].sort((a, b) => b.totalBytes - a.totalBytes);
  if (part === undefined) return [];
  const card = {
    name: `part ${part.index} of ${visible(name)}`,
    usableBytes: part.totalBytes,
    freeBytes: part.totalBytes - part.usedBytes,
    count: 1,
  };
  return [{ card, count: 1, names: [`${index}:${part.index}`], all: false, noBfloat: false }];
}
