/** The version of the NVIDIA driver that is loaded, from the kernel module itself: no program of the driver is started. */
import type { System } from "../system/interfaces.ts";

const VERSION_FILE = "/proc/driver/nvidia/version";

export function gatherNvidiaDriver(system: System): string | undefined {
  return parseNvidiaDriver(system.host.readTrusted(VERSION_FILE) ?? "");
}

/** "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build ...", also without "Open" and "for x86_64". */
export function parseNvidiaDriver(text: string): string | undefined {
  return /^NVRM version: .*? (\d+\.\d+(?:\.\d+)?)(?: |$)/m.exec(text)?.[1];
}
