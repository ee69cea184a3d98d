/** Paths that a service account cannot use: not there, or not for it. Asked as that account, whatever root could do. */
import { asUser } from "../commands/accounts.ts";
import { findUnusable } from "../commands/gpu.ts";
import type { CommandResult } from "../model/command.ts";
import type { AccountFact } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";

export interface Unusable {
  readonly missing: readonly string[];
  readonly refused: readonly string[];
}

export async function gatherUnusable(
  system: System,
  account: AccountFact,
  nodes: readonly string[],
  files: readonly string[],
): Promise<Unusable> {
  // Nobody but root can become an account, and nobody has to become themselves.
  const isSelf = account.uid === system.host.effectiveUid();
  const commands = findUnusable(nodes, files).map((command) => (isSelf ? command : asUser(account, command)));
  const answers = (await Promise.all(commands.map((command) => system.runner.probe(command)))).map(parseUnusable);
  return {
    missing: answers.flatMap(({ missing }) => missing),
    refused: answers.flatMap(({ refused }) => refused),
  };
}

/** "find: '/dev/nvidia1': No such file or directory" */
export function parseUnusable({ stdout, stderr }: Pick<CommandResult, "stdout" | "stderr">): Unusable {
  const complaints = [...stderr.matchAll(/^find: '([^'\n]+)': (.*)$/gm)];
  const gone = (why: string | undefined) => /no such file/i.test(why ?? "");
  return {
    missing: complaints.filter(([, , why]) => gone(why)).map(([, path]) => path ?? ""),
    refused: [
      ...stdout.split("\n").filter((line) => line !== ""),
      ...complaints.filter(([, , why]) => !gone(why)).map(([, path]) => path ?? ""),
    ],
  };
}
