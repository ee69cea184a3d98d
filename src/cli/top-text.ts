/** What services use, as rows for a person and as JSON for machines. */
import type { GpuUse } from "../apps/gpus.ts";
import { memoryText, sizeText } from "../model/size.ts";
import type { Usage } from "../model/usage.ts";
import { visible } from "../model/visible.ts";
import { table } from "./output.ts";

export interface TopRow {
  readonly name: string;
  readonly usage: Usage;
}

/** The busiest first. */
export function topText(rows: readonly TopRow[], gpus: readonly GpuUse[]): string {
  const sorted = rows.toSorted((a, b) => (b.usage.cores ?? 0) - (a.usage.cores ?? 0));
  const withCards = gpus.length > 0;
  const cellsOf = (name: string, { cores, memory, tasks, read, written }: Usage, onCards: number) => [
    name,
    cores === undefined ? "-" : `${(cores * 100).toFixed(1)} %`,
    memory === undefined ? "-" : memoryText(memory),
    tasks === undefined ? "-" : String(tasks),
    rateText(read),
    rateText(written),
    ...(withCards ? [onCards === 0 ? "" : memoryText(onCards)] : []),
  ];
  const head = ["SERVICE", "CPU", "MEMORY", "TASKS", "READ", "WRITTEN", ...(withCards ? ["GPU MEMORY"] : [])];
  const cells = sorted.map(({ name, usage }) => cellsOf(name, usage, bytesOnCards(gpus, name)));
  if (sorted.length > 1) cells.push(cellsOf("together", sumOf(rows), bytesOnCards(gpus)));
  const uncounted =
    rows.length > 0 && rows.every(({ usage }) => usage.memory === undefined && usage.tasks !== undefined);
  return [
    table([head, ...cells]),
    ...gpus.map(cardText),
    ...(uncounted ? ["the kernel counts no memory for accounts here; sudo install-quadlets doctor says why"] : []),
  ].join("\n");
}

export function topJson(seconds: number, rows: readonly TopRow[], gpus: readonly GpuUse[]): object {
  return {
    version: 1,
    seconds,
    services: rows.map(({ name, usage: { cores, memory, tasks, read, written } }) => ({
      name,
      cores: cores ?? null,
      memoryBytes: memory ?? null,
      tasks: tasks ?? null,
      readPerSecond: Math.round(read),
      writtenPerSecond: Math.round(written),
      gpuBytes: gpus.length === 0 ? null : bytesOnCards(gpus, name),
    })),
    gpus: gpus.map(({ gpu: { index, name, busy, usedBytes, totalBytes } }) => ({
      index,
      name,
      busy: busy ?? null,
      usedBytes,
      totalBytes,
    })),
  };
}

function sumOf(rows: readonly TopRow[]): Usage {
  const sum = (field: (usage: Usage) => number | undefined): number | undefined => {
    const known = rows.flatMap(({ usage }) => field(usage) ?? []);
    return known.length === 0 ? undefined : known.reduce((total, one) => total + one, 0);
  };
  return {
    cores: sum(({ cores }) => cores),
    memory: sum(({ memory }) => memory),
    tasks: sum(({ tasks }) => tasks),
    read: sum(({ read }) => read) ?? 0,
    written: sum(({ written }) => written) ?? 0,
  };
}

function rateText(bytesPerSecond: number): string {
  const whole = Math.round(bytesPerSecond);
  return whole === 0 ? "" : `${sizeText(whole)}/s`;
}

/** Without a name what all of ours have. */
function bytesOnCards(gpus: readonly GpuUse[], name?: string): number {
  const uses = gpus.flatMap(({ used }) => used).filter((use) => use.service !== undefined);
  const own = uses.filter((use) => name === undefined || use.service === name);
  return own.reduce((total, { usedBytes }) => total + (usedBytes ?? 0), 0);
}

/** "GPU 0, NVIDIA H200: 34 % busy, 41.9 GiB of 141 GiB in use" */
export function cardText({ gpu: { index, name, busy, usedBytes, totalBytes } }: GpuUse): string {
  const work = busy === undefined ? "" : `${Math.round(busy * 100)} % busy, `;
  return `GPU ${index}, ${visible(name)}: ${work}${memoryText(usedBytes)} of ${memoryText(totalBytes)} in use`;
}
