/** `install-quadlets history` and `diff`: the runs that changed something, and what they rendered. */

import { userError } from "../model/diagnostic.ts";
import { textDiff } from "../plan/format.ts";
import { listGenerations } from "../record/generations.ts";
import { readRendered } from "../record/rendered.ts";
import type { System } from "../system/interfaces.ts";
import { makeRootSystem } from "./context.ts";
import { print, printJson, table } from "./output.ts";

export async function history(options: { readonly json?: boolean }): Promise<void> {
  const generations = await listGenerations(makeRootSystem().files);
  if (options.json === true) return printJson({ version: 1, runs: generations });
  if (generations.length === 0) return print("nothing was changed on this host yet");
  const rows = generations.map((g) => [
    String(g.number),
    g.started.slice(0, 19),
    g.who,
    g.tool,
    g.what,
    g.result,
    g.summary,
  ]);
  print(table([["RUN", "STARTED (UTC)", "WHO", "VERSION", "WHAT", "RESULT", "PLAN"], ...rows]));
}

/** What the two runs rendered; files that only one of them has are shown whole. */
export async function diff(from: string, to: string): Promise<void> {
  const { files } = makeRootSystem();
  const [before, after] = await Promise.all([from, to].map((number) => renderedBy(files, number)));
  const paths = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  for (const path of [...paths].sort()) {
    const patch = textDiff(path, before?.get(path) ?? "", after?.get(path) ?? "");
    if (patch !== "") print(patch);
  }
}

async function renderedBy(files: System["files"], number: string): Promise<ReadonlyMap<string, string>> {
  const rendered = await readRendered(files, Number(number));
  if (rendered === undefined)
    throw userError("unknown-name", `there is no run ${number}`, "install-quadlets history lists them");
  return rendered;
}
