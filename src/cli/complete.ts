/** What the tab key offers: commands, flags, and what may stand in the place where somebody types; one truth for every shell. */
import type { Argument, Command, Option } from "commander";
import { knownNames } from "../apps/known-names.ts";
import { GROUP_NAMES } from "../diagnosis/check.ts";
import { makeSystem } from "../system/real.ts";
import { FILES, SHELLS } from "./completion.ts";
import { TOPICS } from "./help.ts";
import { print } from "./output.ts";

export interface Offered {
  readonly word: string;
  readonly about: string;
}

/** `names`: of services and units; `files`: of the disk. */
export type Wanted = readonly Offered[] | "names" | "files";

/** Each word with a tab and what it is, a line each. `typed` are all words behind the program's name, the unfinished last one with them. */
export async function complete(program: Command, typed: readonly string[]): Promise<void> {
  const wanted = wantedAt(program, typed);
  if (wanted === "files") return print(FILES);
  const words = wanted === "names" ? (await knownNames(makeSystem())).map(bare) : wanted;
  const [given, current] = [typed.slice(0, -1), typed.at(-1) ?? ""];
  const fitting = words.filter(({ word }) => word.startsWith(current) && !given.includes(word));
  if (fitting.length > 0) print(fitting.map(({ word, about }) => `${word}\t${about}`).join("\n"));
}

interface Place {
  readonly chain: readonly [Command, ...Command[]];
  /** How many arguments of the command are typed. */
  readonly args: number;
  /** The flag whose value comes next. */
  readonly taking: Option | undefined;
}

export function wantedAt(program: Command, typed: readonly string[]): Wanted {
  const [given, current] = [typed.slice(0, -1), typed.at(-1) ?? ""];
  // What is behind it is for somebody else.
  if (given.includes("--")) return [];
  const { chain, args, taking } = given.reduce(step, { chain: [program], args: 0, taking: undefined } as Place);
  if (taking !== undefined) return current === "=" ? [] : valueAt(taking);
  if (current.startsWith("-")) return chain.flatMap(flagsOf);
  const [command] = chain;
  const below = args === 0 ? commandsOf(command) : [];
  if (below.length > 0) return below;
  const all = command.registeredArguments;
  const argument = all[args] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined);
  return argument === undefined ? [] : argumentAt(program, argument);
}

function step(place: Place, word: string): Place {
  const { chain, args, taking } = place;
  // Bash takes --to=DIR for three words.
  if (word === "=" && taking !== undefined) return place;
  if (taking !== undefined) return { ...place, taking: undefined };
  if (word.startsWith("-")) {
    const option = chain.flatMap(({ options }) => options).find(({ long, short }) => word === long || word === short);
    return { ...place, taking: option?.required === true ? option : undefined };
  }
  const below = args === 0 ? chain[0].commands.find((command) => command.name() === word) : undefined;
  return below === undefined ? { ...place, args: args + 1 } : { ...place, chain: [below, ...chain] };
}

/** By what they are called in the help; what is not here is nobody's to guess. */
const NAMES = ["name", "names", "service", "words"];
const PLACES = ["file", "files", "directory", "plan"];

function argumentAt(program: Command, argument: Argument): Wanted {
  const name = argument.name();
  if (name === "shell") return SHELLS.map(bare);
  if (name === "groups") return GROUP_NAMES.map(bare);
  if (name === "topics") return [...commandsOf(program), ...TOPICS.map(bare)];
  if (NAMES.includes(name)) return "names";
  return PLACES.includes(name) ? "files" : [];
}

function valueAt(option: Option): Wanted {
  if (option.argChoices !== undefined) return option.argChoices.map(bare);
  if (["service", "anew"].includes(option.attributeName())) return "names";
  return /<(file|directory)>/.test(option.flags) ? "files" : [];
}

function commandsOf(command: Command): readonly Offered[] {
  const shown = command.createHelp().visibleCommands(command);
  return shown.map((one) => ({ word: one.name(), about: first(one.description()) }));
}

function flagsOf(command: Command): readonly Offered[] {
  const shown = command.createHelp().visibleOptions(command);
  return shown.flatMap(({ long, description }) => (long == null ? [] : [{ word: long, about: first(description) }]));
}

/** A shell has a line for each. */
function first(text: string): string {
  return text.replace(/[;\n].*$/s, "");
}

function bare(word: string): Offered {
  return { word, about: "" };
}
