/** The kernel's answers that are neither a command nor a file for Files. */
import { accessSync, constants, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { PATH_DIRECTORIES } from "./environment.ts";
import type { Host } from "./interfaces.ts";
import { processName } from "./process-name.ts";

export class RealHost implements Host {
  effectiveUid(): number {
    return process.geteuid?.() ?? 0;
  }

  processId(): number {
    return process.pid;
  }

  hostname(): string {
    return hostname();
  }

  addresses(): readonly string[] {
    const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    return all.filter((one) => !one.internal).map((one) => one.address);
  }

  interfaces(): ReadonlyMap<string, string> {
    const all = Object.entries(networkInterfaces());
    return new Map(all.flatMap(([name, list]) => (list ?? []).map(({ address }) => [address, name] as const)));
  }

  sudoUser(): string | undefined {
    return process.env["SUDO_USER"];
  }

  findProgram(name: string, extraDirectories: readonly string[] = []): string | undefined {
    const candidates = [...PATH_DIRECTORIES, ...extraDirectories].map((directory) => `${directory}/${name}`);
    return candidates.find(isProgram);
  }

  readTrusted(path: string): string | undefined {
    return quietly(() => readFileSync(path, "utf8"));
  }

  statTrusted(path: string): { readonly uid: number; readonly mode: number } | undefined {
    const stats = quietly(() => statSync(path));
    return stats?.isFile() === true ? { uid: stats.uid, mode: stats.mode & 0o7777 } : undefined;
  }

  socketOwners(inodes: readonly number[]): ReadonlyMap<number, string> {
    const wanted = new Map(inodes.map((inode) => [`socket:[${inode}]`, inode]));
    const owners = new Map<number, string>();
    if (wanted.size === 0) return owners;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const inode of socketsOf(pid, wanted)) owners.set(inode, `${nameOf(pid)} (pid ${pid})`);
      if (owners.size === wanted.size) break;
    }
    return owners;
  }
}

function isProgram(path: string): boolean {
  return (
    quietly(() => {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    }) ?? false
  );
}

function socketsOf(pid: string, wanted: ReadonlyMap<string, number>): readonly number[] {
  const descriptors = quietly(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return descriptors.flatMap((descriptor) => {
    const target = quietly(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
    const inode = target === undefined ? undefined : wanted.get(target);
    return inode === undefined ? [] : [inode];
  });
}

function nameOf(pid: string): string {
  const word = quietly(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim());
  if (word === undefined) return "?";
  const [called = ""] = (quietly(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "").split("\0");
  return processName(word, called, quietly(() => readlinkSync(`/proc/${pid}/exe`)) ?? "");
}

/** Processes end and programs are missing while we look: that is an answer, not an error. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
