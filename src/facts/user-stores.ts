/** Podman's own lists of secrets and images in a user's home: reading them costs no podman start per user. */
import { asUser } from "../commands/accounts.ts";
import type { Command } from "../model/command.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";
import { managerRuns } from "./units.ts";

const MAX_STORE_BYTES = 32 * 1024 * 1024;

function storeOf(account: AccountFact): string {
  return `${account.home}/.local/share/containers/storage`;
}

/**
 * Parses a file that its user may have changed in any way. `parse` answers undefined for what it does not
 * understand; then, and where the store is a symlink, podman is asked as that user: taking a secret for missing
 * would replace it. Throws a UserError for what podman cannot read either.
 */
export async function readStore<T>(
  system: System,
  account: AccountFact,
  file: string,
  parse: (text: string) => readonly T[] | undefined,
  ask: { readonly command: Command; readonly parseLine: (line: string) => T },
): Promise<readonly T[]> {
  const path = `${storeOf(account)}/${file}`;
  try {
    const text = await system.files.read(path, MAX_STORE_BYTES);
    if (text === undefined) return [];
    const found = parse(text);
    if (found !== undefined) return found;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await refusePipe(system, path);
  }
  const { exitCode, stdout, stderr } = await system.runner.probe(asUser(account, ask.command));
  if (exitCode === 0) {
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map(ask.parseLine);
  }
  // Before its manager runs podman has nowhere to work.
  if (!(await managerRuns(system, account.uid))) return [];
  throw userError("record-damaged", `${path}: damaged; podman says: ${stderr.trim().split("\n").at(-1) ?? ""}`);
}

/** podman would wait there for ever, and keep its lock meanwhile. */
async function refusePipe(system: System, path: string): Promise<void> {
  const stat = await system.files.stat(path).catch(() => undefined);
  if (stat?.kind === "other") throw userError("unusable-file", `${path}: is not a regular file`);
}
