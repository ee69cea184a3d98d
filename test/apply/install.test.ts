/** A whole first installation of the default site on a host in memory. */

import { expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { siteSources } from "../render/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { MemoryHost } from "./memory-host.ts";
import { expectConverged, install, listener } from "./support.ts";

useSmallKeys();
parseOnce(siteSources());

test("the default site on a fresh host: done once, nothing left to do", async () => {
  const host = new MemoryHost();
  const told = listener();
  const { desired, plan } = await install(host, siteSources(), told);
  await expectConverged(host, siteSources());
  expect(told.lines.filter((line) => line.startsWith("done "))).toHaveLength(stepsOf(plan).length);
  for (const { path, owner, mode } of [...desired.directories, ...desired.files]) {
    expect(await host.system.files.stat(path), path).toMatchObject({ ...owner, mode });
  }
  const recorded = JSON.parse(host.text("/var/lib/install-quadlets/applied.json"));
  expect(recorded.accounts).toEqual(desired.accounts.map((account) => account.user as string).sort());
  expect(recorded.files).toEqual(desired.files.map((file) => file.path as string).sort());
  const directories = desired.directories.map((directory) => directory.path as string);
  expect(recorded.directories).toEqual(directories.toSorted());
  const units = desired.units.map((unit) => `${unit.user}/${unit.unit}`);
  expect(Object.keys(recorded.units)).toEqual(expect.arrayContaining(units));
});
