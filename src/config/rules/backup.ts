/** Rules about the data of a service: nothing is left out, nothing is taken twice, nothing of ours is in it. */
import type { Service } from "../../model/service.ts";
import { covers } from "../assemble/paths.ts";
import { inFile, keyInFile, type Rule } from "./world.ts";

/** A service file that says nothing about data is left alone; one that does must say it of each directory. */
export const dataAreCovered: Rule = ({ members }, report) => {
  for (const member of members) {
    const { backup, directories } = member.service;
    if (backup === undefined) continue;
    const said = [...backup.parts.map((part) => part.directory), ...backup.notData];
    for (const path of writtenDirectories(member.service)) {
      if (said.some((one) => covers(one, path))) continue;
      const index = directories.findIndex((directory) => directory.path === path);
      const at = inFile(member, "directories", index, "path");
      report(at, `containers write in ${path}, and no part of the backup has it`, "add it to backup.parts or not_data");
    }
  }
};

/** What is mounted for writing; where that lies deeper than any directory, the one that it lies in. */
function writtenDirectories({ containers, directories }: Service): readonly string[] {
  const sources = containers.flatMap(({ mounts }) => mounts.filter(({ readOnly }) => !readOnly));
  const nearest = sources.flatMap(({ source }) =>
    directories
      .map(({ path }) => path)
      .filter((path) => covers(path, source))
      .sort((a, b) => b.length - a.length)
      .slice(0, 1),
  );
  return [...new Set(nearest)];
}

export const partsAreApart: Rule = ({ members }, report) => {
  for (const member of members) {
    const { backup, files } = member.service;
    if (backup === undefined) continue;
    const parts = backup.parts.map((part) => ({ ...part, at: keyInFile(member, "backup", "parts", part.name) }));
    parts.forEach((part, index) => {
      for (const other of parts.slice(0, index)) {
        if (!covers(part.directory, other.directory) && !covers(other.directory, part.directory)) continue;
        report(part.at, `${part.directory} overlaps the part ${other.name}`, "each directory belongs to one part");
      }
      for (const [position, path] of backup.notData.entries()) {
        if (!covers(part.directory, path) && !covers(path, part.directory)) continue;
        const at = inFile(member, "backup", "not_data", position);
        report(at, `${path} overlaps the part ${part.name}`, "a part is taken whole");
      }
      // A restore would bring back the configuration of that day.
      const own = files.find(({ path }) => covers(part.directory, path));
      if (own !== undefined) report(part.at, `${own.path} lies in it, which is no data`, "give the data a directory");
    });
  }
};
