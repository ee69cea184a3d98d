/** Versions of podman and systemd. */
import { podmanVersion } from "../commands/podman.ts";
import { systemdVersion } from "../commands/systemd.ts";
import type { System } from "../system/interfaces.ts";

export async function gatherPodmanVersion(system: System): Promise<string | undefined> {
  if (system.host.findProgram("podman") === undefined) return undefined;
  return parsePodmanVersion((await system.runner.probe(podmanVersion())).stdout);
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
