/** What stands in the unit directories of an account and is not ours. */
import { expect, test } from "vitest";
import type { DesiredState } from "../../src/model/resource.ts";
import { findForeign } from "../../src/verify/foreign.ts";
import { settledWorld } from "../plan/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const { desired } = settledWorld();
const OURS = "/etc/containers/systemd/users/801/db.pod";

function foreign(files: Readonly<Record<string, string>>, state: DesiredState = desired): Promise<readonly string[]> {
  return findForeign(memorySystem({ files: { [OURS]: "", ...files } }), state);
}

test("nothing but ours", async () => {
  expect(await foreign({ "/var/lib/db/.config/containers/storage.conf": "" })).toEqual([]);
});

test.each([
  "/etc/containers/systemd/users/801/other.container",
  "/var/lib/db/.config/systemd/user/db-sql.service.d",
  "/var/lib/db/.config/systemd/user.control/db-sql.service.d",
  "/var/lib/db/.local/share/systemd/user/x.service",
  "/var/lib/web/.config/containers/systemd/x.container",
  "/run/user/800/systemd/user/web.service",
  "/run/user/800/systemd/user.control/web.service.d",
  "/run/user/800/containers/systemd/x.container",
])("%s is foreign", async (path) => {
  expect(await foreign({ [path]: "" })).toEqual([path]);
});

test("what podman and systemd make themselves is not", async () => {
  const files = {
    "/run/user/800/systemd/transient/x.timer": "",
    "/run/user/800/systemd/generator/web.service": "",
    "/run/user/800/systemd/units/x": "",
  };
  expect(await foreign(files)).toEqual([]);
});
