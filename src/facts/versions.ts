/** Versions of podman and systemd. */
import { podmanVersion } from "../commands/podman.ts";
import { systemdVersion } from "../commands/systemd.ts";
import { userError } from "../model/diagnostic.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";

/** Undefined where there is none; one that is there and cannot say its own version is no podman to install anew. */
export async function gatherPodmanVersion(system: System): Promise<string | undefined> {
  const path = system.host.findProgram("podman");
  if (path === undefined) return undefined;
  const { exitCode, stdout, stderr } = await system.runner.probe(podmanVersion());
  const version = exitCode === 0 ? parsePodmanVersion(stdout) : undefined;
  if (version !== undefined) return version;
  const [words = ""] = visible(stderr || stdout)
    .trim()
    .split("\n");
  throw userError(
    "bad-answer",
    `${path} is there, but does not say which version it is: ${words === "" ? `it ended with ${exitCode}` : words}`,
    "podman --version; where its package is damaged, install it anew",
  );
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
