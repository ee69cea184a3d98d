/** Commands of small programs that are runs: install-quadlets of the same package carries them out at this terminal. */
import { runAttached } from "../system/attached.ts";
import { packageFile } from "./package-root.ts";

/** What changes how it speaks, and whom the history names. */
const PASSED_ON = ["SUDO_USER", "NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS", "INSTALL_QUADLETS_FAULT"];

export async function handOn(words: readonly string[]): Promise<void> {
  const env = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]])),
  );
  const argv = [process.execPath, packageFile("dist/bin/install-quadlets.js"), ...words] as const;
  process.exitCode = await runAttached({ argv, env, cwd: process.cwd() });
}

export type Flags = Readonly<Record<string, unknown>>;

/** Flags as they were typed: `{ yes: true, snapshot: false, keep: "7", encryptTo: ["age1..."] }`. */
export function flagsOf(options: Flags): readonly string[] {
  return Object.entries(options).flatMap(([name, value]): readonly string[] => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    if (value === false) return [flag.replace("--", "--no-")];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => (typeof one === "string" ? [flag, one] : []));
  });
}
