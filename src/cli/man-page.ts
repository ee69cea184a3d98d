/** A program as a manual page, from what its help is made of. */
import type { Command, Option } from "commander";
import { effectOf } from "./effects.ts";
import { EXAMPLES } from "./examples.ts";
import { exitCodeRows } from "./exit-codes.ts";

/** `others` belong together with it. */
export function manPage(program: Command, others: readonly string[]): string {
  const name = program.name();
  const exits = exitCodeRows().flatMap(([code, meaning]) => [".TP", bold(code), plain(meaning)]);
  return [
    // Without a date and a version: a page changes when what it says does.
    `.TH ${name.toUpperCase()} 1 "" "install-quadlets"`,
    ".SH NAME",
    `${typed(name)} \\- ${plain(program.description())}`,
    ".SH SYNOPSIS",
    `${bold(name)} ${typed(program.usage())}`,
    ".SH DESCRIPTION",
    ...about(program, name, ""),
    ".SH OPTIONS",
    ...program.options.flatMap(option),
    ".SH COMMANDS",
    ...program.commands.flatMap((command) => section(command, name, "")),
    ".SH EXIT STATUS",
    ...exits,
    ".SH SEE ALSO",
    others.map((other) => `${bold(other)}(1)`).join(",\n"),
    "",
  ].join("\n");
}

function section(command: Command, program: string, above: string): readonly string[] {
  if ((command as { readonly _hidden?: boolean })._hidden === true) return [];
  const path = `${above} ${command.name()}`.trim();
  return [
    `.SS ${typed(path)}`,
    `${bold(`${program} ${path}`)} ${typed(command.usage())}`,
    ".PP",
    plain(command.description()),
    ...about(command, program, path),
    ...(command.options.length === 0 ? [] : [".PP", "Options:"]),
    ...command.options.flatMap(option),
    ...command.commands.flatMap((next) => section(next, program, path)),
  ];
}

/** What it may change, examples, and whatever else its help ends with. */
function about(command: Command, program: string, path: string): readonly string[] {
  const effect = effectOf(program, path);
  const examples = EXAMPLES[program]?.[path] ?? [];
  return [
    ...(effect === undefined ? [] : [".PP", `Effect: ${plain(effect)}`]),
    ...(examples.length === 0 ? [] : [".PP", "Examples:"]),
    ...examples.flatMap(([words, what]) =>
      what === undefined ? [".PP", bold(words)] : [".TP", bold(words), plain(what)],
    ),
    ...notes(command).flatMap((line) => [".PP", plain(line)]),
  ];
}

/** commander keeps what addHelpText was given to itself, and tells it when help is printed. */
function notes(command: Command): readonly string[] {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  (command as Command & Emitter).emit("afterHelp", { error: false, command, write });
  return text.split("\n").filter((line) => line !== "");
}

interface Emitter {
  emit(event: "afterHelp", about: { error: boolean; command: Command; write: (text: string) => void }): void;
}

function option({ flags, description }: Option): readonly string[] {
  return [".TP", bold(flags), plain(description)];
}

function bold(text: string): string {
  return `\\fB${typed(text)}\\fR`;
}

/** To be pasted: a hyphen stays one. */
function typed(text: string): string {
  return plain(text).replaceAll("-", "\\-");
}

/** A line that begins with a dot or a quote would be a request to roff. */
function plain(text: string): string {
  return text.replaceAll("\\", "\\e").replace(/^[.']/, (first) => `\\&${first}`);
}
