/** What a service file says about its data. */
import type { Backup, DataPart, Taken } from "../../model/backup.ts";
import { suggest } from "../../model/suggest.ts";
import type { Path } from "../node.ts";
import { spotAt } from "../report.ts";
import type { WrittenService } from "../schema/service.ts";
import { known } from "./access.ts";
import { type Builder, readCommand } from "./fields.ts";
import { below } from "./paths.ts";

type Written = NonNullable<WrittenService["backup"]>;

export function buildBackup(builder: Builder): Backup | undefined {
  const { written, home } = builder.draft;
  const { backup } = written;
  if (backup === undefined) return undefined;
  const containers = Object.keys(written.containers);
  const inContainer = (...path: Path): void => known(builder, ["backup", ...path], containers, "container");
  backup.writers.forEach((_, index) => {
    inContainer("writers", index);
  });
  backup.secrets.forEach((_, index) => {
    known(builder, ["backup", "secrets", index], Object.keys(written.secrets), "secret");
  });
  backup.not_data.forEach((path, index) => {
    declared(builder, path, ["backup", "not_data", index]);
  });
  return {
    writers: backup.writers,
    parts: Object.entries(backup.parts).map(([name, part]) => buildPart(builder, name, part)),
    notData: backup.not_data.map((path) => below(home, path)),
    secrets: backup.secrets,
    counts: Object.entries(backup.counts).map(([name, count]) => {
      inContainer("counts", name, "container");
      const command = readCommand(builder, count.command, ["backup", "counts", name, "command"]);
      return { name, container: count.container, command };
    }),
  };
}

function buildPart(builder: Builder, name: string, part: Written["parts"][string]): DataPart {
  const path: Path = ["backup", "parts", name];
  declared(builder, part.directory, [...path, "directory"]);
  return { name, directory: below(builder.draft.home, part.directory), taken: buildTaken(builder, part, path) };
}

function buildTaken(builder: Builder, { running, dump }: Written["parts"][string], path: Path): Taken {
  const { draft, report } = builder;
  if (dump === undefined) return { kind: running ? "running" : "stopped" };
  if (running) report(spotAt(draft.file, [...path, "running"]), "a part is either copied or dumped", "remove one");
  known(builder, [...path, "dump", "container"], Object.keys(draft.written.containers), "container");
  return {
    kind: "dumped",
    container: dump.container,
    dump: readCommand(builder, dump.command, [...path, "dump", "command"]),
    restore: readCommand(builder, dump.restore, [...path, "dump", "restore"]),
  };
}

/** A restore makes it anew with owner and mode, so that it must be one of the service's own. */
function declared({ draft, report }: Builder, path: string, at: Path): void {
  const directories = draft.written.directories.map((directory) => directory.path);
  if (directories.includes(path)) return;
  const hint = suggest(path, directories, "directories");
  report(spotAt(draft.file, at), `no directory is ${JSON.stringify(path)}`, hint);
}
