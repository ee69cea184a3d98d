/** The files that a run rendered, as its record keeps them: for `diff`, and for verify to tell who moved. */
import { userError } from "../model/diagnostic.ts";
import { isRecord, parseJson } from "../model/json.ts";
import type { DesiredFile } from "../model/resource.ts";
import type { Files } from "../system/interfaces.ts";
import { generationDirectory, listGenerations, writeJson } from "./generations.ts";

/** Path -> text; secrets are not among them. */
type Rendered = ReadonlyMap<string, string>;

export async function writeRendered(files: Files, run: number, rendered: readonly DesiredFile[]): Promise<void> {
  const kept = rendered.map(({ path, mode, content }) => ({ path, mode, content }));
  await writeJson(files, placeOf(run), kept);
}

/** Undefined where there is no such run, and for one that rendered nothing: a renewal, an uninstall. */
export async function readRendered(files: Files, run: number): Promise<Rendered | undefined> {
  const text = await files.read(placeOf(run));
  if (text === undefined) return undefined;
  const kept = parseJson(text);
  if (Array.isArray(kept) && kept.every(isFile)) return new Map(kept.map(({ path, content }) => [path, content]));
  throw userError(
    "record-damaged",
    `${placeOf(run)}: is damaged, so nobody knows what run ${run} rendered`,
    `rm ${placeOf(run)}: only what compares with that run goes without it`,
  );
}

/** Of the last run that was well; empty where nothing was applied yet. */
export async function lastRendered(files: Files): Promise<Rendered> {
  const done = (await listGenerations(files)).filter(({ result }) => result === "done");
  for (const { number } of done.toReversed()) {
    const rendered = await readRendered(files, number);
    if (rendered !== undefined) return rendered;
  }
  return new Map();
}

function isFile(value: unknown): value is { readonly path: string; readonly content: string } {
  return isRecord(value) && typeof value["path"] === "string" && typeof value["content"] === "string";
}

function placeOf(run: number): string {
  return `${generationDirectory(run)}/files.json`;
}
