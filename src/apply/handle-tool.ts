/** Copies this package to /usr/local, so that svc and the others do not depend on the npx cache. */
import { copyTree, moveTree, removeTree } from "../commands/trees.ts";
import type { DesiredTool } from "../model/resource.ts";
import type { ApplyContext } from "./context.ts";

/** Complete under its final name or not there at all; the launchers are switched afterwards, as files. */
export async function installTool(context: ApplyContext, tool: DesiredTool): Promise<void> {
  const { runner, files } = context.system;
  const partial = `${tool.target}.partial`;
  const parent = tool.target.slice(0, tool.target.lastIndexOf("/"));
  await files.makeDirectory(parent, { mode: 0o755, uid: 0, gid: 0 });
  await runner.run(removeTree(partial));
  await runner.run(copyTree(tool.source, partial));
  await runner.run(moveTree(partial, tool.target));
}
