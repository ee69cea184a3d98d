/** `backup`: the data of some services or all, one archive each, and the old ones that are too many. */
import { findTarget, readIndex } from "../apps/service-index.ts";
import { finishCut } from "../backup/cut.ts";
import { listBackups, tooMany } from "../backup/files.ts";
import { BACKUPS } from "../backup/names.ts";
import type { Scene } from "../backup/scene.ts";
import { type Taken, takeBackup } from "../backup/take.ts";
import { hasData, type IndexedBackup } from "../model/backup.ts";
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { sizeText } from "../model/size.ts";
import type { Bulk } from "../system/interfaces.ts";
import type { Run } from "./run.ts";
import { underLock } from "./under-lock.ts";

/** A run over bulk data: it takes long, and may be asked to stop. */
export interface BulkRun extends Run {
  readonly bulk: Bulk;
  /** Somebody pressed Ctrl-C. */
  isStopped(): boolean;
}

export interface BackupRun extends BulkRun {
  /** Empty: every service that has data. */
  readonly names: readonly string[];
  /** Absolute; undefined: where root keeps them. */
  readonly to: string | undefined;
  /** Of each service, with the new one; undefined: all. */
  readonly keep: number | undefined;
  readonly encryptTo: readonly string[];
}

export type BackupResult =
  | { readonly service: string; readonly taken: Taken }
  | { readonly service: string; readonly error: UserError };

interface Chosen {
  readonly service: IndexedService;
  readonly data: IndexedBackup;
}

/** One that fails keeps the others from nothing. */
export function backup(run: BackupRun): Promise<readonly BackupResult[]> {
  return underLock(run, "install-quadlets backup", async () => {
    const { system, person } = run;
    const index = await readIndex(system);
    const chosen = choose(index, run.names);
    if (run.encryptTo.length > 0) refuseWithoutAge(run);
    const folder = await openFolder(run);
    const scene = sceneOf(run);
    await finishCut(scene);
    const results: BackupResult[] = [];
    for (const { service, data } of chosen) {
      try {
        scene.refuseStopped();
        const taken = await takeBackup(scene, service, data, { folder, encryptTo: run.encryptTo });
        results.push({ service: service.name, taken });
        person.print(`${service.name}: ${taken.path} (${sizeText(taken.size)}), read back and whole`);
        if (run.keep !== undefined) await thinOut(run, folder, service.name, run.keep);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        results.push({ service: service.name, error });
      }
    }
    return results;
  });
}

export function sceneOf({ system, bulk, program, person, isStopped }: BulkRun): Scene {
  return {
    system,
    bulk,
    tool: program.version(),
    progress: (text) => person.reporter.progress(text),
    note: (text) => person.reporter.note(text),
    complain: (text) => person.complain(text),
    refuseStopped: () => {
      if (isStopped()) throw new Stopped("stopped, as asked");
    },
  };
}

function choose({ services }: ServiceIndex, names: readonly string[]): readonly Chosen[] {
  if (names.length === 0) {
    const all = services.flatMap((service) => withData(service));
    if (all.length > 0) return all;
    throw userError(
      "not-recorded",
      "no service here says that it has data",
      "sudo install-quadlets writes down what they say now",
    );
  }
  return [...new Set(names)].map((name) => chooseOne(services, name));
}

function chooseOne(services: readonly IndexedService[], name: string): Chosen {
  const { service } = findTarget({ services } as ServiceIndex, name);
  if (service.name !== name)
    throw userError(
      "ambiguous",
      `${name} is a part of ${service.name}, and data are taken whole`,
      `sudo install-quadlets backup ${service.name}`,
    );
  const [chosen] = withData(service);
  if (chosen !== undefined) return chosen;
  if (service.backup === undefined)
    throw userError(
      "not-recorded",
      `the service file of ${name} does not say what its data are`,
      "add backup: to it, then sudo install-quadlets",
    );
  throw userError("does-not-apply", `${name} has no data: what it keeps is made again`, "sudo install-quadlets backup");
}

function withData(service: IndexedService): readonly Chosen[] {
  const { backup: data } = service;
  return hasData(data) ? [{ service, data }] : [];
}

export function refuseWithoutAge({ system }: Pick<BulkRun, "system">): void {
  if (system.host.findProgram("age") === undefined)
    throw userError(
      "no-such-program",
      "age is not installed, which encrypts backups",
      "sudo apt install age (dnf install age)",
    );
}

async function openFolder({ system, person, to }: BackupRun): Promise<string> {
  if (to === undefined) {
    await system.files.makeDirectory(BACKUPS, { mode: 0o700, uid: 0, gid: 0 });
    return BACKUPS;
  }
  const stat = await system.files.stat(to);
  if (stat?.kind !== "directory")
    throw userError("no-such-file", `${to}: is no directory`, `sudo install -d -m 0700 ${to}`);
  if ((stat.mode & 0o022) !== 0)
    person.complain(`${to}: others may write in it, and put another file in the place of a backup`);
  return to;
}

async function thinOut(
  { system, bulk, person }: BackupRun,
  folder: string,
  service: string,
  keep: number,
): Promise<void> {
  for (const path of tooMany(await listBackups(system.files, bulk, folder, false), service, keep)) {
    await system.files.remove(path);
    person.print(`${service}: removed ${path}`);
  }
}
