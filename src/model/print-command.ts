/** A command as a person would type it; standard input is never shown, because secrets travel there. */
import type { Command } from "./command.ts";

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One shell word. Single quotes protect everything but themselves. */
function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function printCommand(command: Command): string {
  const variables = Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${shellWord(value)}`);
  return [...variables, ...command.argv.map(shellWord)].join(" ");
}
