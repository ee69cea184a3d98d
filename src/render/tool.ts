/** The program's own copy below /usr/local, the commands that start it, their completion and their manual pages. */

import type { DesiredTool } from "../model/desired-tool.ts";
import type { AbsolutePath } from "../model/names.ts";
import { COMMANDS_DIRECTORY, LIBRARY } from "../model/places.ts";
import type { DesiredDirectory, DesiredFile } from "../model/resource.ts";
import { completionDirectories, completionFiles } from "./completions.ts";
import { hostFile } from "./host-file.ts";
import { manDirectories, manFiles } from "./man-pages.ts";
import { readerDirectories, readerFiles } from "./readers.ts";
import type { Site } from "./site.ts";

/** As scripts/build.mjs names them. */
const COMMANDS = [
  "install-quadlets.cjs",
  "svc.cjs",
  "vllm-manage.cjs",
  "opik-manage.cjs",
  "gateway-manage.cjs",
] as const;

interface Installed {
  readonly desired: DesiredTool;
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
}

export function desiredTool(site: Site): Installed | undefined {
  const { tool } = site;
  if (tool === undefined) return undefined;
  const target = `${LIBRARY}/${tool.build}` as AbsolutePath;
  /**
   * Files, not symlinks: they name the node that the tool was installed with, wherever PATH points later. Node reads them itself:
   * a shell in between takes as long to start as svc's own code to load.
   */
  const launchersIn = (directory: AbsolutePath) =>
    COMMANDS.map((file) => {
      const view = { node: tool.node, program: `${target}/dist/bin/${file}` };
      return hostFile(site, "launcher", `${directory}/${nameOf(file)}`, view, { mode: 0o755 });
    });
  return {
    desired: { source: tool.source, target },
    directories: [
      { service: undefined, path: LIBRARY, owner: { uid: 0, gid: 0 }, mode: 0o755 },
      ...(site.readers === undefined ? [] : readerDirectories()),
      ...completionDirectories(),
      ...manDirectories(site),
    ],
    files: [
      ...launchersIn(COMMANDS_DIRECTORY),
      // Once more where sudo looks: every hint of ours begins with it. What somebody else has there under such a name stays.
      ...(site.sudoDirectory === undefined
        ? []
        : launchersIn(site.sudoDirectory).map((file): DesiredFile => ({ ...file, optional: true }))),
      ...(site.readers === undefined ? [] : readerFiles(site, site.readers, tool.node, target)),
      ...completionFiles(COMMANDS.map(nameOf), site),
      ...manFiles(tool, site),
    ],
  };
}

function nameOf(file: string): string {
  return file.slice(0, file.lastIndexOf("."));
}
