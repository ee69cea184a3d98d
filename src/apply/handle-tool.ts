/** Copies this package to /usr/local, so that svc and the others do not depend on the npx cache. */
import { copyTree, moveTree, removeTree } from "../commands/trees.ts";
import { partialOf } from "../model/places.ts";
import type { DesiredTool } from "../model/resource.ts";
import type { ApplyContext } from "./context.ts";

/** Complete under its final name or not there at all; the launchers are switched afterwards, as files. */
export async function installTool(context: ApplyContext, tool: DesiredTool): Promise<void> {
  const { runner } = context.system;
  const copy = partialOf(tool.target);
  await runner.run(removeTree(copy));
  await runner.run(copyTree(tool.source, copy));
  await runner.run(moveTree(copy, tool.target));
}
