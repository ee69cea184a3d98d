/** The copy of the tool below /usr/local: made when this build is not there. */

import type { DesiredTool } from "../model/desired-tool.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import { because, planned } from "./change.ts";

export function compareTool(tool: DesiredTool | undefined, facts: Pick<StateFacts, "paths">): readonly Draft[] {
  if (tool === undefined || facts.paths.get(tool.target)?.kind === "directory") return [];
  const reason = because("missing", "svc and the others must not depend on the npx cache");
  return [planned("tool", "create", undefined, `this program in ${tool.target}`, reason, { kind: "tool", tool })];
}
