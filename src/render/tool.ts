/** The program's own copy below /usr/local and the commands that start it. */
import type { AbsolutePath } from "../model/names.ts";
import type { DesiredDirectory, DesiredFile, DesiredTool } from "../model/resource.ts";
import type { Tool } from "./site.ts";

const LIBRARY = "/usr/local/lib/install-quadlets" as AbsolutePath;
/** As scripts/build.mjs names them. */
const COMMANDS = ["install-quadlets.js", "svc.cjs", "vllm-manage.cjs", "opik-manage.cjs"] as const;

interface Installed {
  readonly desired: DesiredTool;
  readonly directory: DesiredDirectory;
  readonly launchers: readonly DesiredFile[];
}

export function desiredTool(tool: Tool | undefined): Installed | undefined {
  if (tool === undefined) return undefined;
  const target = `${LIBRARY}/${tool.build}` as AbsolutePath;
  return {
    desired: { source: tool.source, target },
    directory: { service: undefined, path: LIBRARY, owner: { uid: 0, gid: 0 }, mode: 0o755 },
    launchers: COMMANDS.map((program) => launcher(program, target, tool)),
  };
}

/**
 * A file, not a symlink: it names the node that the tool was installed with, wherever PATH points later. Node reads it itself:
 * a shell in between takes as long to start as svc's own code to load.
 */
function launcher(program: (typeof COMMANDS)[number], target: AbsolutePath, tool: Tool): DesiredFile {
  const name = program.slice(0, program.lastIndexOf("."));
  const load = program.endsWith(".cjs") ? "require" : "import";
  return {
    service: undefined,
    path: `/usr/local/bin/${name}` as AbsolutePath,
    content: `#!${tool.node}\n${load}("${target}/dist/bin/${program}");\n`,
    owner: { uid: 0, gid: 0 },
    mode: 0o755,
    role: { kind: "plain" },
  };
}
