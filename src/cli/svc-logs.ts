/** `svc logs`: the journal of a service or a unit. */
import { findTarget, readIndex } from "../apps/service-index.ts";
import { userUnitLogs } from "../commands/journal.ts";
import { UserError } from "../model/diagnostic.ts";
import { runAttached } from "../system/attached.ts";
import { makeSystem } from "../system/real.ts";

export interface LogOptions {
  readonly follow?: boolean;
  readonly lines?: string;
  readonly since?: string;
}

export async function logs(name: string, options: LogOptions): Promise<void> {
  const target = findTarget(await readIndex(makeSystem()), name);
  const lines = Number(options.lines ?? "100");
  if (!Number.isInteger(lines) || lines < 0) throw new UserError(`--lines ${options.lines}: not a number of lines`);
  const command = userUnitLogs(
    target.service.uid,
    target.units.map((unit) => unit.unit),
    {
      lines,
      follow: options.follow === true,
      ...(options.since === undefined ? {} : { since: options.since }),
    },
  );
  process.exitCode = await runAttached(command);
}
