/** `install-quadlets backup`, `restore` and `backups`. */
import { resolve } from "node:path";
import { type Listed, listBackups } from "../backup/files.ts";
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import { next } from "../model/next.ts";
import { sizeText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { type BackupResult, type BulkRun, backup as runBackup } from "../runs/backup.ts";
import { restore as runRestore } from "../runs/restore.ts";
import { realBulk } from "../system/bulk.ts";
import { backupFolders } from "./backup-folders.ts";
import { contextOf, makeFaultySystem, makeRootSystem } from "./context.ts";
import { complain, print, printError, printJson, table } from "./output.ts";

export interface BackupOptions {
  readonly to?: string;
  readonly keep?: string;
  readonly encryptTo?: readonly string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export interface RestoreOptions {
  readonly identity?: string;
  readonly yes?: boolean;
  readonly verbose?: boolean;
}

export interface ListOptions {
  readonly from?: string;
  readonly verify?: boolean;
  readonly json?: boolean;
}

export async function backup(names: readonly string[], options: BackupOptions): Promise<void> {
  const keep = countOf(options.keep);
  const encryptTo = options.encryptTo ?? [];
  refuseRecipients(encryptTo);
  const to = options.to === undefined ? undefined : resolve(options.to);
  await stoppable(
    options,
    async (run) => runBackup({ ...run, names, to, keep, encryptTo }),
    (results) => tell(results, options),
  );
}

/** The error that it ends with, where one failed; programs have read of it already. */
function tell(results: readonly BackupResult[], options: BackupOptions): UserError | undefined {
  if (options.json === true) printJson({ version: 1, backups: results.map(asJson) });
  const failed = results.flatMap((result) => ("error" in result ? [result] : []));
  if (failed.length === 0) {
    if (options.json !== true) complain(next("backup"));
    return undefined;
  }
  const hint = failed.length === 1 ? failed[0]?.error.hint : undefined;
  return userError(
    failed[0]?.error.code ?? "failed",
    failed.map(({ service, error }) => `${service}: ${error.message}`).join("\nerror: "),
    hint,
  );
}

export async function restore(file: string, options: RestoreOptions): Promise<void> {
  const identity = options.identity === undefined ? undefined : resolve(options.identity);
  await stoppable(options, (run) => runRestore({ ...run, file: resolve(file), identity, yes: options.yes === true }));
}

export async function backups(options: ListOptions): Promise<void> {
  const system = makeRootSystem();
  const { folders, unread } =
    options.from === undefined ? await backupFolders(system) : { folders: [resolve(options.from)], unread: undefined };
  const lists = folders.map((folder) => listBackups(system.files, realBulk, folder, options.verify === true));
  const listed = (await Promise.all(lists)).flat();
  if (unread !== undefined) {
    complain(`${visible(unread)}, the folder of stack.yaml, cannot be read: what is in it is not listed`);
    process.exitCode = EXIT.failed;
  }
  if (options.json === true) return printJson({ version: 1, backups: listed });
  if (listed.length === 0) {
    return print(`no backup is in ${folders.map(visible).join(" or ")}: sudo install-quadlets backup makes one`);
  }
  const rows = listed.map((one) => [
    one.service,
    one.taken,
    sizeText(one.size),
    toolOf(one),
    resultOf(one, options),
    one.path,
  ]);
  print(table([["SERVICE", "TAKEN (UTC)", "SIZE", "VERSION", "RESULT", "FILE"], ...rows]));
}

function toolOf({ manifest }: Listed): string {
  return manifest === undefined ? "-" : visible(manifest.tool);
}

function resultOf({ fault, manifest }: Listed, { verify }: ListOptions): string {
  if (fault !== undefined) return visible(fault.split("\n")[0] ?? "");
  const encrypted = (manifest?.encryptedTo.length ?? 0) > 0 ? ", encrypted" : "";
  return `${verify === true ? "whole, read to its end" : "whole"}${encrypted}`;
}

/** The units that were stopped have to run again before it ends; after a second Ctrl-C the next backup or restore clears up. */
async function stoppable<T>(
  { json, verbose }: { readonly json?: boolean; readonly verbose?: boolean },
  work: (run: BulkRun) => Promise<T>,
  tell: (done: T) => UserError | undefined = () => undefined,
): Promise<void> {
  const run = contextOf(makeFaultySystem(), { json, verbose });
  const held = run.system.signals.hold(() => complain(STOPPING), "all");
  // What was under way when it was asked to stop may have failed of just that.
  const named = (error: UserError) => (held.asked() ? new Stopped(error.message, error.hint) : error);
  try {
    const failed = tell(await work({ ...run, bulk: realBulk, isStopped: held.asked }));
    if (failed === undefined) return;
    printError(named(failed), verbose === true);
    process.exitCode = named(failed).exitCode;
  } catch (error) {
    throw error instanceof UserError ? named(error) : error;
  } finally {
    held.release();
  }
}

const STOPPING =
  "stopping: what was changed is put back first; Ctrl-C once more ends it at once, and the next install-quadlets backup or restore puts that back";

function asJson(result: BackupResult): object {
  if ("error" in result) {
    const { code, message, hint } = result.error;
    return { service: result.service, result: "failed", error: message, code, ...(hint === undefined ? {} : { hint }) };
  }
  const { path, size, manifest } = result.taken;
  return { service: result.service, result: "done", path, size, manifest };
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^[1-9]\d{0,5}$/.test(text)) return count;
  throw userError(
    "bad-value",
    `--keep ${text}: wanted a whole number from 1`,
    "--keep 7 leaves the newest seven of each service",
  );
}

/** Public keys, which may be arguments; a private one must not be. */
function refuseRecipients(recipients: readonly string[]): void {
  for (const recipient of recipients) {
    if (/^(age1[0-9a-z]+|ssh-(ed25519|rsa) .+)$/.test(recipient)) continue;
    const secret = /^AGE-SECRET-KEY-/i.test(recipient);
    throw userError(
      "bad-value",
      secret ? "that is a private key: it belongs to restore" : `${visible(recipient)} is no recipient of age`,
      "age-keygen -o key.txt makes a key and prints its recipient: age1...",
    );
  }
}
