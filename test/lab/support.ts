/** Talks to the lab through scripts/lab, the way a person does. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The package that every lab gets, made once: see setup.ts. */
    readonly package: string;
  }
}

export const LAB = fileURLToPath(new URL("../../scripts/lab", import.meta.url));

/** Each file has a lab of its own; one that a person has running stays as it is, but for LAB_REUSE=1. */
export function labName(): string {
  const shared = process.env["LAB_NAME"] ?? "test";
  if (process.env["LAB_REUSE"] !== undefined) return shared;
  return `${shared}-${basename(expect.getState().testPath ?? "", ".test.ts")}`;
}

export const TAILNET_ADDRESS = "100.101.102.103";
export const LAN_ADDRESS = "192.0.2.10";

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function lab(
  args: readonly string[],
  { input, env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const result = await execa(LAB, args, {
    env: { LAB_NAME: labName(), LAB_PACKAGE_TGZ: inject("package"), ...env },
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

/** Fingerprints: of the authority that signs, and of the one that takes over at the end of a rotation. */
export async function authorities(): Promise<{ readonly authority: string; readonly next: string | undefined }> {
  const shown = JSON.parse(await host("install-quadlets", "ca", "show", "--json")) as Record<
    "authority" | "next",
    { fingerprint: string } | null
  >;
  return { authority: shown.authority?.fingerprint ?? "", next: shown.next?.fingerprint };
}

/** Puts a text file on the host (as root, readable by all), making its directory. */
export async function putFile(path: string, text: string, mode = "0644"): Promise<void> {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const script = 'mkdir -p "$1" && cat >"$2" && chmod "$3" "$2"';
  succeeded(await lab(["exec", "--", "sh", "-c", script, "sh", directory, path, mode], { input: text }), [path]);
}

/**
 * Everything a change could leave behind: content, owner and mode of each file, accounts, firewall, units.
 * What the services themselves write while they run is left out: the data below their homes, and container storage.
 */
export function fingerprintOfHost(): Promise<string> {
  return hostScript(`
    places=(/etc /usr/local /usr/lib/systemd /var/lib /var/spool /root /home)
    data='/var/lib/(opik/(mysql|redis|zookeeper|minio|clickhouse/(data|logs))|vllm/(cache|huggingface)|webui/data|dnsmasq-llm/log)/.*'
    noise=(-regextype posix-extended -regex "$data" -o -path '*/.local/share/containers'
      -o -path /root/.npm -o -path /var/lib/systemd/timers -o -path /var/lib/systemd/random-seed)
    find "\${places[@]}" -xdev \\( "\${noise[@]}" \\) -prune -o -printf '%y %M %U %G %p %l\\n' | sort
    find "\${places[@]}" -xdev \\( "\${noise[@]}" \\) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
    getent passwd
    getent group
    nft list ruleset
    systemctl list-unit-files --no-legend
    systemctl show --property=Id,ActiveState,NRestarts 'user@*.service'
    ls -A /run /run/user
  `);
}
