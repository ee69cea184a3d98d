/** A key that is written into keys.yaml and made, as a run of its own: where it does not come to be, the file is as before. */
import { carryOut, type InstallRun } from "./carry-out.ts";
import { prepare } from "./prepare.ts";
import type { Outcome } from "./run.ts";
import { refuseUnsettled, withoutDownUnits } from "./settled.ts";
import { underLock } from "./under-lock.ts";

export interface KeyEdit {
  readonly name: string;
  readonly directory: string;
  /** In that directory. */
  readonly file: string;
  /** The text of the file with the key in it. */
  edit(text: string): string;
}

const OWNER = { uid: 0, gid: 0 };

export function issueKey(run: InstallRun, key: KeyEdit): Promise<Outcome> {
  return underLock(run, "gateway-manage key create", async () => {
    const now = await prepare(run, run.readSources());
    refuseUnsettled(now.plan, "a key is made on its own");
    const takeBack = await write(run, key);
    try {
      const prepared = await prepare(run, run.readSources());
      // A model that is down is started by whoever mends it; of the gateway the plan says so itself.
      return await carryOut({ ...run, what: `key create ${key.name}`, part: withoutDownUnits }, prepared);
    } catch (error) {
      await takeBack();
      throw error;
    }
  });
}

async function write(
  { system: { files } }: InstallRun,
  { directory, file, edit }: KeyEdit,
): Promise<() => Promise<void>> {
  const path = `${directory}/${file}`;
  const [stat, before] = await Promise.all([files.stat(path), files.read(path)]);
  const options = { mode: stat?.mode ?? 0o644, uid: stat?.uid ?? OWNER.uid, gid: stat?.gid ?? OWNER.gid };
  const after = edit(before ?? "");
  if ((await files.stat(directory)) === undefined) await files.makeDirectory(directory, { mode: 0o755, ...OWNER });
  await files.write(path, after, options);
  return () => (before === undefined ? files.remove(path) : files.write(path, before, options));
}
