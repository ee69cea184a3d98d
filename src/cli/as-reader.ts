/** Without root: what a member of the group of readers may look at is looked at by the program that sudo lets them run. */
import type { Command } from "commander";
import { parseGroup } from "../facts/accounts.ts";
import type { Command as Value } from "../model/command.ts";
import { NeedsRoot } from "../model/diagnostic.ts";
import { READER } from "../model/places.ts";
import { runAttached } from "../system/attached.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { pathOf } from "./looking.ts";
import { mayRead } from "./readers.ts";

/** Undefined: not what readers do, or nobody is to. `group`: who becomes a member of it may. */
type Way = { readonly run: Value } | { readonly group: string } | undefined;

export async function wayOfReaders(
  { files }: Pick<System, "files">,
  groups: readonly number[],
  name: string,
  words: readonly string[],
): Promise<Way> {
  const reader = await files.stat(READER);
  if (reader === undefined) return undefined;
  // sudo cleans the environment, and so do we: what was said there about colours is said as a word.
  const colour = process.env["NO_COLOR"] === undefined ? [] : ["--no-color"];
  if (groups.includes(reader.gid)) return { run: { argv: ["sudo", "-n", "--", READER, name, ...colour, ...words] } };
  const group = parseGroup((await files.read("/etc/group")) ?? "").find(({ gid }) => gid === reader.gid);
  return group === undefined ? undefined : { group: group.name };
}

/** For who is not root; comes back where the command is to go on as it is. Undefined, or the group whose members may. */
export async function readWithoutRoot(
  program: Command,
  command: Command,
  words: readonly string[],
): Promise<string | undefined> {
  if (!mayRead(program.name(), pathOf(program, command), typedFlags(command))) return undefined;
  const way = await wayOfReaders(makeSystem(), process.getgroups?.() ?? [], program.name(), words);
  if (way === undefined || "group" in way) return way?.group;
  process.exit(await runAttached(way.run));
}

/** For who is root only to look: everything else is as for anybody without root. */
export function refuseMoreThanReading(program: Command, command: Command): void {
  if (mayRead(program.name(), pathOf(program, command), typedFlags(command))) return;
  throw new NeedsRoot("this needs root: readers only look");
}

/** Also those that stand before the command. What the environment sets is typed, too. */
export function typedFlags(command: Command): readonly string[] {
  const own = command.options
    .map((option) => option.attributeName())
    .filter((name) => ![undefined, "default"].includes(command.getOptionValueSource(name)));
  return [...(command.parent === null ? [] : typedFlags(command.parent)), ...own];
}
