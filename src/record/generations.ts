/** The numbered runs below /var/lib/install-quadlets/generations: written, listed, read, and thinned out. */

import type { Change } from "../model/change.ts";
import { userError } from "../model/diagnostic.ts";
import { GENERATION_VERSION, type Generation } from "../model/journal.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { Files } from "../system/interfaces.ts";
import { ofVersion1, type Undo } from "./old-journal.ts";

export const GENERATIONS = `${STATE_ROOT}/generations`;
const KEPT = 20;
const ROOT = { uid: 0, gid: 0 };

/** "0007" */
export function generationDirectory(number: number): string {
  return `${GENERATIONS}/${String(number).padStart(4, "0")}`;
}

/** Oldest first; a directory without a readable meta.json was cut off while it was made and holds nothing. */
export async function listGenerations(files: Files): Promise<readonly Generation[]> {
  const names = (await files.list(GENERATIONS))
    .filter((name) => /^\d{4,}$/.test(name))
    .sort((a, b) => Number(a) - Number(b));
  const found = await Promise.all(names.map((name) => readGeneration(files, `${GENERATIONS}/${name}`)));
  return found.flatMap((generation) => generation ?? []);
}

async function readGeneration(files: Files, directory: string): Promise<Generation | undefined> {
  const path = `${directory}/meta.json`;
  const text = await files.read(path);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (!isRecord(value) || typeof value["version"] !== "number" || !isOf(value, directory)) {
    throw userError(
      "record-damaged",
      `${path}: is damaged`,
      `rm -r ${directory}: only that run cannot be taken back any more`,
    );
  }
  const generation = value as unknown as Generation;
  if (generation.version <= GENERATION_VERSION) return generation;
  throw userError(
    "newer-program",
    `generation ${generation.number} was written by a newer program (version ${generation.version} of its form, this one knows ${GENERATION_VERSION})`,
    `use install-quadlets ${generation.tool} or newer`,
  );
}

/** What stands in another directory than its own would take another run back. */
function isOf(value: Readonly<Record<string, unknown>>, directory: string): boolean {
  const { version, number } = value;
  if (typeof number !== "number" || generationDirectory(number) !== directory) return false;
  // The form of a newer program is its own.
  if (Number(version) > GENERATION_VERSION) return true;
  return ["started", "what", "result"].every((key) => typeof value[key] === "string");
}

export async function writeGeneration(files: Files, generation: Generation): Promise<void> {
  const directory = generationDirectory(generation.number);
  await files.makeDirectory(GENERATIONS, { mode: 0o700, ...ROOT });
  await files.makeDirectory(directory, { mode: 0o700, ...ROOT });
  await writeJson(files, `${directory}/meta.json`, generation);
}

export async function writeJson(files: Files, path: string, value: unknown): Promise<void> {
  await files.write(path, `${JSON.stringify(value, undefined, 1)}\n`, { mode: 0o600, ...ROOT });
}

/** What takes the steps of a run back, in the order in which the steps were taken. */
export async function readUndos(files: Files, number: number): Promise<readonly Change[]> {
  const directory = generationDirectory(number);
  const generation = await readGeneration(files, directory);
  const isOld = generation !== undefined && generation.version < 2;
  const names = (await files.list(directory)).filter((name) => name.startsWith("undo-")).sort();
  const entries = await Promise.all(names.map((name) => readEntry(files, `${directory}/${name}`)));
  return entries.flatMap((entry) => (isOld ? ofVersion1(entry as Undo) : [entry as Change]));
}

/** Taken back in part, or as something else, a run would be neither here nor there. */
async function readEntry(files: Files, path: string): Promise<Undo | Change> {
  const value = parseJson((await files.read(path)) ?? "");
  if (isRecord(value) && typeof value["kind"] === "string") return value as unknown as Undo | Change;
  throw userError(
    "record-damaged",
    `${path}: is damaged, and with it the way back of that run; nothing was changed`,
    "sudo install-quadlets brings the host to what is configured",
  );
}

/** Old runs go; what they made stays. Gives the number of the oldest that can be taken back. */
export async function thinOut(files: Files): Promise<number> {
  const all = await listGenerations(files);
  for (const generation of all.slice(0, Math.max(0, all.length - KEPT))) {
    const directory = generationDirectory(generation.number);
    // meta.json last: until then the run is still listed, with fewer steps to take back.
    const names = [...(await files.list(directory))].sort(
      (a, b) => Number(a === "meta.json") - Number(b === "meta.json"),
    );
    for (const name of names) await files.remove(`${directory}/${name}`);
    await files.remove(directory);
  }
  return all.at(-KEPT)?.number ?? 0;
}
