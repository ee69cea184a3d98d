/** Versions of podman and systemd. */
import { podmanVersion } from "../commands/podman.ts";
import { systemdVersion } from "../commands/systemd.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";

const MOST_WORDS = 200;

export async function gatherPodmanVersion(system: Pick<System, "host" | "runner">): Promise<string | undefined> {
  return (await gatherPodman(system)).version;
}

export interface PodmanAnswer {
  readonly version: string | undefined;
  /** What it says in place of it; undefined also where there is none. */
  readonly silence: string | undefined;
}

export async function gatherPodman(system: Pick<System, "host" | "runner">): Promise<PodmanAnswer> {
  if (system.host.findProgram("podman") === undefined) return { version: undefined, silence: undefined };
  const { exitCode, stdout, stderr } = await system.runner.probe(podmanVersion());
  const version = parsePodmanVersion(stdout);
  if (version !== undefined) return { version, silence: undefined };
  const [words = ""] = visible(stderr.trim() || stdout.trim()).split("\n");
  return { version, silence: words.slice(0, MOST_WORDS) || `it ends with ${exitCode}` };
}

/** Undefined where systemd is not PID 1: then this directory is missing (sd_booted(3)). */
export async function gatherSystemdVersion(system: System): Promise<number | undefined> {
  if ((await system.files.stat("/run/systemd/system")) === undefined) return undefined;
  return parseSystemdVersion((await system.runner.probe(systemdVersion())).stdout);
}

/** "podman version 5.4.2" */
export function parsePodmanVersion(text: string): string | undefined {
  return /\bversion (\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
}

/** "systemd 257 (257.13-1~deb13u1)" */
export function parseSystemdVersion(text: string): number | undefined {
  const digits = /^systemd (\d+)/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
