/** The version of the NVIDIA driver that is loaded, from the kernel module itself: no program of the driver is started. */
import { UserError } from "../model/diagnostic.ts";
import type { System } from "../system/interfaces.ts";

const VERSION_FILE = "/proc/driver/nvidia/version";

export async function gatherNvidiaDriver(system: System): Promise<string | undefined> {
  try {
    return parseNvidiaDriver((await system.files.read(VERSION_FILE)) ?? "");
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build ...", also without "Open" and "for x86_64". */
export function parseNvidiaDriver(text: string): string | undefined {
  return /^NVRM version: .*? (\d+\.\d+(?:\.\d+)?)(?: |$)/m.exec(text)?.[1];
}
