/** The program's own copy below /usr/local and the commands that start it. */
import type { AbsolutePath } from "../model/names.ts";
import type { DesiredFile, DesiredTool } from "../model/resource.ts";
import type { Tool } from "./site.ts";

const LIBRARY = "/usr/local/lib/install-quadlets";
const COMMANDS = ["install-quadlets", "svc", "vllm-manage", "opik-manage"] as const;

export function desiredTool(
  tool: Tool | undefined,
): { readonly desired: DesiredTool; readonly launchers: readonly DesiredFile[] } | undefined {
  if (tool === undefined) return undefined;
  const target = `${LIBRARY}/${tool.build}` as AbsolutePath;
  return { desired: { source: tool.source, target }, launchers: COMMANDS.map((name) => launcher(name, target, tool)) };
}

/** A file, not a symlink: it names the node that the tool was installed with, wherever PATH points later. */
function launcher(name: string, target: AbsolutePath, tool: Tool): DesiredFile {
  return {
    service: undefined,
    path: `/usr/local/bin/${name}` as AbsolutePath,
    content: `#!/bin/sh\nexec ${tool.node} ${target}/dist/bin/${name}.js "$@"\n`,
    owner: { uid: 0, gid: 0 },
    mode: 0o755,
    role: { kind: "plain" },
  };
}
