/** Manual pages of our commands, where `man` looks for what this host's administrator installed. */
import type { AbsolutePath } from "../model/names.ts";
import type { DesiredDirectory, DesiredFile } from "../model/resource.ts";
import { generated } from "./escapes.ts";
import type { Site, Tool } from "./site.ts";

const ROOT = { uid: 0, gid: 0 };

/** Others' pages lie there, too, and distributions own it in ways of their own: Debian's belongs to the group staff. */
export function manDirectories({ manRoot }: Site): readonly DesiredDirectory[] {
  return [manRoot, sectionOf(manRoot)].map((path) => ({
    service: undefined,
    path: path as AbsolutePath,
    owner: ROOT,
    mode: 0o755,
    shared: true,
  }));
}

/** As they are: `man` finds them without an index, and packed they would say nothing in a diff. */
export function manFiles({ pages }: Tool, { manRoot }: Site): readonly DesiredFile[] {
  return pages.map(({ name, text }) => ({
    service: undefined,
    path: `${sectionOf(manRoot)}/${name}` as AbsolutePath,
    content: `.\\" ${generated()}\n${text}`,
    owner: ROOT,
    mode: 0o644,
    role: { kind: "plain" },
    optional: true,
  }));
}

function sectionOf(manRoot: AbsolutePath): string {
  return `${manRoot}/man1`;
}
