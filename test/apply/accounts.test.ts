/** Subordinate ids that are given to an account anew: podman's pause process must forget the former ones. */
import { expect, test } from "vitest";
import { createSubids } from "../../src/apply/handle-accounts.ts";
import type { AbsolutePath, ServiceName, UserName } from "../../src/model/names.ts";
import { memorySystem } from "../support/memory-system.ts";

const PAUSE = "/run/user/801/libpod/tmp/pause.pid";
const account = {
  service: "front" as ServiceName,
  user: "front-user" as UserName,
  uid: 801,
  gid: 801,
  home: "/var/lib/front" as AbsolutePath,
  subuid: { start: 100_000, count: 65_536 },
  subgid: { start: 100_000, count: 65_536 },
};

/** The account has pulled images before; `migrate` is what podman does then. */
async function give(pause: boolean, migrate: (system: ReturnType<typeof memorySystem>) => number = () => 0) {
  const system = memorySystem({ files: { "/var/lib/front/.local/share/containers/storage/x": "" } });
  if (pause) system.files.put(PAUSE, "77");
  system.runner.on("", ({ argv }) => ({ exitCode: argv.includes("migrate") ? migrate(system) : 0, stderr: "lstat" }));
  await createSubids(system, account, { uids: true, gids: true });
  return system.runner.commands.map(({ argv }) => argv.slice(argv.indexOf("podman")).join(" "));
}

test("the pause process is ended", async () => {
  expect((await give(true)).at(-1)).toBe("podman system migrate");
});

test("without one podman is not asked: after a run that was taken back its runtime directory is gone", async () => {
  expect(await give(false)).toHaveLength(1);
});

test("a runtime directory that goes meanwhile took the pause process with it", async () => {
  await expect(
    give(true, (system) => {
      system.files.nodes.delete(PAUSE);
      return 1;
    }),
  ).resolves.toHaveLength(2);
});

test("a failure with the pause process still there is one", async () => {
  await expect(give(true, () => 1)).rejects.toThrow(/podman system migrate/);
});
