/** What lets bash, zsh and fish complete our commands: each where that shell looks by itself. */
import type { AbsolutePath } from "../model/names.ts";
import type { DesiredDirectory, DesiredFile } from "../model/resource.ts";
import { hostFile } from "./host-file.ts";
import type { Site } from "./site.ts";

const SHARE = "/usr/local/share";

/** Below /usr/local/share: bash-completion and fish follow XDG_DATA_DIRS there, zsh has it in the fpath that it is built with. */
const SHELLS = [
  { shell: "bash", folders: ["bash-completion", "bash-completion/completions"], file: (name: string) => name },
  { shell: "zsh", folders: ["zsh", "zsh/site-functions"], file: (name: string) => `_${name}` },
  { shell: "fish", folders: ["fish", "fish/vendor_completions.d"], file: (name: string) => `${name}.fish` },
] as const;

/** Administrators and other programs put theirs there, too. */
export function completionDirectories(): readonly DesiredDirectory[] {
  return [SHARE, ...SHELLS.flatMap(({ folders }) => folders.map((folder) => `${SHARE}/${folder}`))].map((path) => ({
    service: undefined,
    path: path as AbsolutePath,
    owner: { uid: 0, gid: 0 },
    mode: 0o755,
    shared: true,
  }));
}

/** They ask the command itself, so that a later version's words are known without another file. */
export function completionFiles(commands: readonly string[], site: Site): readonly DesiredFile[] {
  return SHELLS.flatMap(({ shell, folders, file }) =>
    commands.map((command) => {
      const view = { command, name: command.replaceAll("-", "_") };
      const path = `${SHARE}/${folders[1]}/${file(command)}`;
      return hostFile(site, `completion.${shell}`, path, view, { optional: true });
    }),
  );
}
