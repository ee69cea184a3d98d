/** The data of a service: rows as its own programs count them, bytes, and the room beside them. */
import { asUser } from "../commands/accounts.ts";
import { sizeOfData } from "../commands/data.ts";
import { roomAt } from "../commands/disk.ts";
import { enterNamespace, execInContainer } from "../commands/podman.ts";
import type { DataCount } from "../model/backup.ts";
import type { Count } from "../model/count.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AccountFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

const COUNT_MS = 60_000;

/** Null where what counts does not run, or does not answer with a number. */
export async function countRows(
  { runner }: System,
  account: AccountFact,
  { container, command }: Pick<DataCount, "container" | "command">,
): Promise<number | null> {
  const ask = asUser(account, execInContainer(container, command, { timeoutMs: COUNT_MS }));
  try {
    const { exitCode, stdout } = await runner.probe(ask);
    return exitCode === 0 && /^\s*\d{1,15}\s*$/.test(stdout) ? Number(stdout) : null;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** All that a service counts, side by side. */
export function countAll(
  system: System,
  account: AccountFact,
  counts: readonly DataCount[],
): Promise<readonly Count[]> {
  return Promise.all(counts.map(async (how) => ({ name: how.name, count: await countRows(system, account, how) })));
}

/** First of all commands of its kind: it makes the process that holds the namespace, which must not inherit our pipes. */
export async function openNamespace({ runner }: System, account: AccountFact): Promise<void> {
  await runner.run(asUser(account, enterNamespace()));
}

/** In bytes, of each; in the namespace that openNamespace opened. */
export async function sizesOf(
  { runner }: System,
  account: AccountFact,
  directories: readonly string[],
): Promise<readonly number[]> {
  const { stdout } = await runner.run(asUser(account, sizeOfData(directories)));
  return stdout
    .trim()
    .split("\n")
    .map((line) => Number(/^\d+/.exec(line)?.[0] ?? 0));
}

export interface Room {
  /** Bytes; undefined for a file system that does not say: it is found out by writing. */
  readonly free: number | undefined;
  /** "ext4", "btrfs" */
  readonly fileSystem: string;
}

export async function roomBeside({ runner }: System, path: string): Promise<Room> {
  const { stdout } = await runner.probe(roomAt(path));
  const [free = "", fileSystem = ""] = (stdout.trim().split("\n").at(-1) ?? "").trim().split(/\s+/);
  return { free: /^\d+$/.test(free) ? Number(free) : undefined, fileSystem };
}
