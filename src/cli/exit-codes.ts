/** What each exit code means: `install-quadlets help exit-codes`. */
import { EXIT } from "../model/exit-code.ts";
import { table } from "./output.ts";

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done, nothing to do, or all is well",
  failed: "an error; check, doctor, status, health: something is not well",
  pending: "changes pending (plan, --dry-run), or drift found (verify)",
  otherIsAwake: "svc start: another service of its group has its turn (--swap stops that one)",
  usage: "a word or flag that there is not, or one too few",
  needsRoot: "it needs root, and that was all that kept it from beginning",
  stopped: "stopped by a person: Ctrl-C, or no answer or a no to a question",
};

export function exitCodeRows(): readonly (readonly [string, string])[] {
  const names = Object.keys(MEANINGS) as (keyof typeof EXIT)[];
  return names.map((name) => [String(EXIT[name]), MEANINGS[name]]);
}

export function exitCodesText(): string {
  return `${table([["CODE", "MEANING"], ...exitCodeRows()])}

exec, shell and what opens a program of a service end with the exit code of that program.`;
}
