/** What lets members of a group look without root: one program that decides what looking is, and the rule of sudo that allows it. */
import type { AbsolutePath } from "../model/names.ts";
import { READER, SUDOERS_DIRECTORY, SUDOERS_FILE } from "../model/places.ts";
import type { DesiredDirectory, DesiredFile } from "../model/resource.ts";
import { hostFile } from "./host-file.ts";
import type { Readers, Site } from "./site.ts";

/** It comes with sudo, and others have their rules there. */
export function readerDirectories(): readonly DesiredDirectory[] {
  return [{ service: undefined, path: SUDOERS_DIRECTORY, owner: { uid: 0, gid: 0 }, mode: 0o750, shared: true }];
}

/** `target`: the copy of this program. */
export function readerFiles(
  site: Site,
  { group, gid }: Readers,
  node: AbsolutePath,
  target: AbsolutePath,
): readonly DesiredFile[] {
  return [
    // Of that group, so that a command that is run without root knows whom it is for; sudo alone runs it as root.
    hostFile(
      site,
      "reader",
      READER,
      { node, program: `${target}/dist/bin/reader.cjs` },
      { owner: { uid: 0, gid }, mode: 0o755 },
    ),
    hostFile(site, "sudoers", SUDOERS_FILE, { group, program: READER }, { mode: 0o440, role: { kind: "sudoers" } }),
  ];
}
