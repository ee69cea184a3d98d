/** This program's own things: its copy in /usr/local, so that svc and the others do not depend on the npx cache, and its record. */
import { copyTree, moveTree, removeTree } from "../commands/trees.ts";
import type { Of } from "../model/change.ts";
import { APPLIED_PATH, partialOf } from "../model/places.ts";
import { mendRecord } from "../record/write-applied.ts";
import type { ApplyContext, Handlers } from "./context.ts";

export const OWN: Handlers<"tool" | "record" | "remove-state"> = {
  tool: installTool,
  record: ({ vault }) => mendRecord(vault),
  "remove-state": takeState,
};

/** Complete under its final name or not there at all; the launchers are switched afterwards, as files. */
async function installTool({ system }: ApplyContext, { tool }: Of<"tool">): Promise<void> {
  const { runner } = system;
  const copy = partialOf(tool.target);
  await runner.run(removeTree(copy));
  await runner.run(copyTree(tool.source, copy));
  await system.code.keepIn(copy);
  await runner.run(moveTree(copy, tool.target));
}

/** The record goes last: a run that is killed before still knows what is ours. */
async function takeState({ system }: ApplyContext, { path }: Of<"remove-state">): Promise<void> {
  const names = await system.files.list(path);
  for (const name of names) {
    if (`${path}/${name}` !== APPLIED_PATH) await system.runner.run(removeTree(`${path}/${name}`));
  }
  await system.files.remove(APPLIED_PATH);
  await system.files.remove(path);
}
