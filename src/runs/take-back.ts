/** Takes runs back: a plan of their records, walked like any other, but on past what cannot be taken back. */
import type { ApplyContext } from "../apply/context.ts";
import type { Reporter } from "../apply/reporter.ts";
import { type Failure, walk } from "../apply/walk.ts";
import type { Change } from "../model/change.ts";
import { secretKey } from "../model/record-keys.ts";
import { wayBack } from "../plan/way-back.ts";
import { withoutJournal } from "../record/journal.ts";
import { dropRestored } from "../record/kept-secrets.ts";
import { followRecord, forgetIds, withoutApplied } from "../record/write-applied.ts";
import type { System } from "../system/interfaces.ts";

/** It says nothing of its own: whoever asks tells what is taken back, and what stays. */
const SILENT: Reporter = {
  phase: () => undefined,
  progress: () => undefined,
  done: () => undefined,
  note: () => undefined,
};

/** `records` oldest first, of one run or of several in a row. Returns what stays, in words. */
export async function takeBack(system: System, records: readonly Change[]): Promise<readonly string[]> {
  const plan = wayBack(records);
  const context: ApplyContext = {
    system,
    vault: system.files,
    journal: withoutJournal(),
    applied: withoutApplied(),
    reporter: SILENT,
    secrets: new Map(),
    counts: new Map(),
    stillDown: [],
    trust: { authority: undefined, leaf: undefined, tailscale: undefined },
    isStopped: () => false,
    goesOn: true,
  };
  const failures = await walk(context, plan);
  const failed = new Set(failures.flatMap(({ steps }) => steps.map(({ change }) => change)));
  // Those, too, that were not to be restored, because they are not there before the first of the runs.
  const settled = records.filter((change) => !failed.has(change));
  const undropped = await tried(dropRestored(system.files, settled), "values of secrets that were put aside");
  const unlike = await tried(followRecord(system.files), "the copy of the record");
  // Podman has other ids for what it got back.
  await tried(forgetIds(system.files, records.flatMap(secretOf)), "the ids of secrets");
  return [...failures.map(inWords), ...undropped, ...unlike];
}

function secretOf(change: Change): readonly string[] {
  if (change.kind !== "restore-secret" && change.kind !== "remove-secret") return [];
  return [secretKey({ user: change.account.user, name: change.name })];
}

/** What stays, in words. */
function tried(work: Promise<void>, what: string): Promise<readonly string[]> {
  return work.then(
    () => [],
    (error: unknown) => [`${what}: ${firstLine(error)}`],
  );
}

/** Behind what else an error says: `left` is not empty. */
export function butFor(left: readonly string[]): string {
  return `taken back, but for:\n  ${left.join("\n  ")}`;
}

function inWords({ steps, error }: Failure): string {
  return `${steps.map(({ summary }) => summary).join(", ")}: ${firstLine(error)}`;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
}
