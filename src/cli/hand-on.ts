/** Commands of small programs that are runs: install-quadlets of the same package carries them out at this terminal. */
import type { Command } from "commander";
import { runAttached } from "../system/attached.ts";
import { packageFile } from "./package-root.ts";

/** What changes how it speaks, and whom the history names. */
const PASSED_ON = ["SUDO_USER", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "INSTALL_QUADLETS_FAULT"];

export async function handOn(words: readonly string[], command: Command, names: readonly string[]): Promise<void> {
  const env = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]])),
  );
  const argv = [
    process.execPath,
    packageFile("dist/bin/install-quadlets.cjs"),
    ...words,
    ...flagsOf(command),
    "--",
    ...names,
  ] as const;
  process.exitCode = await runAttached({ argv, env, cwd: process.cwd() });
}

/** Those of a command that were typed, as they are typed. */
export function flagsOf(
  command: Pick<Command, "options" | "getOptionValue" | "getOptionValueSource">,
): readonly string[] {
  return command.options.flatMap((option): readonly string[] => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== "cli") return [];
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? "";
    if (typeof value === "boolean") return value === !option.negate ? [flag] : [];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [flag, String(one)]);
  });
}
