/** Copies this package to /usr/local, so that svc and the others do not depend on the npx cache. */
import { copyTree, moveTree, removeTree } from "../commands/trees.ts";
import type { DesiredTool } from "../model/resource.ts";
import type { ApplyContext } from "./context.ts";

/** Where a copy lies until it is complete. */
export function partial(target: string): string {
  return `${target}.partial`;
}

/** Complete under its final name or not there at all; the launchers are switched afterwards, as files. */
export async function installTool(context: ApplyContext, tool: DesiredTool): Promise<void> {
  const { runner } = context.system;
  const copy = partial(tool.target);
  await runner.run(removeTree(copy));
  await runner.run(copyTree(tool.source, copy));
  await runner.run(moveTree(copy, tool.target));
}
