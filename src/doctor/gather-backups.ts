/** When each service that has data had its last backup, and since when a timer takes them. */
import { BACKUPS, newestOf } from "../backup/names.ts";
import { wholeFiles } from "../commands/disk.ts";
import type { BackupsFact } from "../diagnosis/parts-running.ts";
import { hasData } from "../model/backup.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";

const TIMER = "/etc/systemd/system/install-quadlets-backup.timer";

/**
 * By their names, which they get once they are whole on the disk: whether one was damaged since, `backups --verify` reads. Asked of a
 * command: the folder may be of another machine that does not answer, and a command can be cut off.
 */
export async function gatherBackups(system: System, { index }: Base): Promise<BackupsFact> {
  const { folder = BACKUPS, everySeconds } = index?.backups ?? {};
  const [{ stdout }, timer] = await Promise.all([system.runner.probe(wholeFiles(folder)), system.files.stat(TIMER)]);
  const newest = newestOf(stdout.split("\n"));
  const services = (index?.services ?? []).filter(({ backup }) => hasData(backup));
  return {
    everySeconds,
    timerSince: timer && new Date(timer.modified),
    services: services.map(({ name }) => {
      const taken = newest.get(name);
      return { name, taken: taken === undefined ? undefined : new Date(taken * 1000) };
    }),
  };
}
