/** What a pull tells while it is under way: bytes of what podman has laid aside, and podman's own words before there are any. */
import { expect, test } from "vitest";
import { pullImage } from "../../src/apply/pull-image.ts";
import { gatherPulled } from "../../src/facts/pulled.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import type { Runner } from "../../src/system/interfaces.ts";
import { memorySystem } from "../support/memory-system.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const ACCOUNT = { user: "webui-user", uid: 803, gid: 803, home: "/var/lib/webui" } as unknown as AccountFact;
const WANTED = { reference: "docker.io/lab/big:1", megabytes: 8000 };

function layer(uid: number, size: number, minutesAgo = 0) {
  const modified = NOW.getTime() - minutesAgo * 60_000;
  return { kind: "file" as const, uid, gid: uid, mode: 0o600, content: "x".repeat(size), modified };
}
const folder = (uid: number) => ({ kind: "directory" as const, uid, gid: uid, mode: 0o700 });

const FILES = {
  "/var/tmp/container_images_storage1": folder(803),
  "/var/tmp/container_images_storage1/1": layer(803, 3000, 30),
  "/var/tmp/container_images_storage1/2": layer(803, 500),
  // Of a pull that was killed yesterday, of another account, of nobody's interest.
  "/var/tmp/container_images_storage2": folder(803),
  "/var/tmp/container_images_storage2/1": layer(803, 70_000, 1440),
  "/var/tmp/container_images_storage3": folder(804),
  "/var/tmp/container_images_storage3/1": layer(804, 900_000),
  "/var/tmp/other": folder(803),
  "/var/tmp/other/1": layer(803, 90_000),
};

test("counts the layers of this account's pulls that are under way", async () => {
  expect(await gatherPulled(memorySystem({ files: FILES, now: NOW }), 803)).toBe(3_500);
  expect(await gatherPulled(memorySystem({ files: FILES, now: NOW }), 999)).toBeUndefined();
  expect(await gatherPulled(memorySystem({ now: NOW }), 803)).toBeUndefined();
});

/** Says something, and ends after so many seconds. */
function slowRunner(system: ReturnType<typeof memorySystem>, seconds: number, exitCode = 0): Runner {
  const until = system.clock.now().getTime() + seconds * 1000;
  return {
    probe: (command) => system.runner.probe(command),
    run: async (_, onLine) => {
      onLine?.("Trying to pull docker.io/lab/big:1...");
      while (system.clock.now().getTime() < until) await Promise.resolve();
      if (exitCode !== 0) throw new Error("refused");
      return { exitCode, stdout: "sha256 line\nabc\n", stderr: "" };
    },
  };
}

test("tells bytes of how many, and returns the id", async () => {
  const system = memorySystem({ files: FILES, now: NOW });
  const told: string[] = [];
  const id = await pullImage({ ...system, runner: slowRunner(system, 3) }, ACCOUNT, WANTED, (text) => told.push(text));
  expect(id).toBe("abc");
  expect(told[0]).toBe("docker.io/lab/big:1: Trying to pull docker.io/lab/big:1...");
  expect(told[1]).toMatch(/^docker\.io\/lab\/big:1: 3\.5 kB of about 8\.0 GB \(0 %\), 3\.5 kB\/s, \d+\.\d h left$/);
});

test("where nobody knows how large it is, what is there; where nothing is, nothing; a failure comes as it is", async () => {
  const system = memorySystem({ files: FILES, now: NOW });
  const told: string[] = [];
  const { reference } = WANTED;
  await pullImage({ ...system, runner: slowRunner(system, 2) }, ACCOUNT, { reference }, (text) => told.push(text));
  expect(told[1]).toBe("docker.io/lab/big:1: 3.5 kB, 3.5 kB/s");
  const bare = memorySystem({ now: NOW });
  const failing = { ...bare, runner: slowRunner(bare, 2, 1) };
  const silent: string[] = [];
  await expect(pullImage(failing, ACCOUNT, WANTED, (text) => silent.push(text))).rejects.toThrow("refused");
  expect(silent).toHaveLength(1);
});
