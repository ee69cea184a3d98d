/** The files that a run rendered, as its record keeps them: for `diff`, and for verify to tell who moved. */
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
  const kept = JSON.parse(text) as readonly { readonly path: string; readonly content: string }[];
  return new Map(kept.map(({ path, content }) => [path, content]));
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

function placeOf(run: number): string {
  return `${generationDirectory(run)}/files.json`;
}
