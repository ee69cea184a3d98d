/** Talks to the lab through scripts/lab, the way a person does. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const LAB = fileURLToPath(new URL("../../scripts/lab", import.meta.url));
/** A lab of the tests' own, so that one that a person has running stays as it is. */
const NAME = process.env["LAB_NAME"] ?? "test";

export const TAILNET_ADDRESS = "100.101.102.103";
export const LAN_ADDRESS = "192.0.2.10";

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function lab(args: readonly string[], input?: string): Promise<Answer> {
  const result = await execa(LAB, args, {
    env: { LAB_NAME: NAME },
    reject: false,
    stripFinalNewline: true,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  return { code: result.exitCode ?? -1, out: result.stdout, err: result.stderr };
}

/** Runs a command as root on the host; the answer holds whatever exit code it had. */
export function tryHost(...argv: string[]): Promise<Answer> {
  return lab(["exec", "--", ...argv]);
}

export function tryClient(...argv: string[]): Promise<Answer> {
  return lab(["client", "--", ...argv]);
}

/** Runs a command that must succeed; gives its standard output. */
export async function host(...argv: string[]): Promise<string> {
  return succeeded(await tryHost(...argv), argv);
}

export async function client(...argv: string[]): Promise<string> {
  return succeeded(await tryClient(...argv), argv);
}

/** A shell script on the host, for pipes and redirections of the test itself. */
export async function hostScript(script: string): Promise<string> {
  return succeeded(await tryHost("bash", "-euo", "pipefail", "-c", script), [script]);
}

function succeeded(answer: Answer, argv: readonly string[]): string {
  if (answer.code === 0) return answer.out;
  throw new Error(`exit code ${answer.code}: ${argv.join(" ")}\n${answer.out}\n${answer.err}`);
}

/** Puts a text file on the host (as root, readable by all), making its directory. */
export async function putFile(path: string, text: string, mode = "0644"): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const script = 'mkdir -p "$1" && cat >"$2" && chmod "$3" "$2"';
  succeeded(await lab(["exec", "--", "sh", "-c", script, "sh", directory, path, mode], text), [path]);
}

/** Everything a change could leave behind: content, owner and mode of each file, accounts, tables, units. */
export function fingerprintOfHost(): Promise<string> {
  return hostScript(`
    list() { find "$@" -xdev \\( -path '*/journal*' -o -path '*/.npm*' -o -path /var/lib/systemd/timers \\) -prune -o -type f -printf '%M %u %g %p ' -exec sha256sum {} \\; -o -printf '%M %u %g %p %l\\n' 2>/dev/null | sort; }
    list /etc /usr/local /var/lib --
    cat /etc/passwd /etc/group /etc/subuid /etc/subgid
    nft list ruleset
    systemctl list-unit-files --no-legend
    ls /run
  `);
}
