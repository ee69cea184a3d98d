/** For every step: let it fail as if the program was killed there, run again, and the host is as configured. */
import { describe, expect, test } from "vitest";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { SITUATIONS } from "./situations.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install, listener } from "./support.ts";

parseOnce(smallSite());

describe.each(Object.entries(SITUATIONS))("%s", (_, arrange) => {
  test("converges, whichever step it was killed at, and never made what it had not recorded", async () => {
    let steps = 0;
    for (const step of everyStep()) {
      const host = new MemoryHost();
      const { sources, rotate } = await arrange(host);
      host.failAt = host.changes + step;
      const failed = await install(host, sources, listener(), rotate).catch(() => undefined);
      if (!host.killed) break;
      expect(failed, "a killed run does not end well").toBeUndefined();
      steps = step;
      await host.revive();
      const before = [...host.system.files.nodes.keys()];
      const recorded = JSON.parse(host.text("/var/lib/install-quadlets/applied.json") || "{}");
      await install(host, sources);
      const desired = await expectConverged(host, sources).catch((error) => {
        throw new Error(`killed before step ${step}: ${error.message}`, { cause: error });
      });
      const made = desired.files.map((file) => file.path).filter((path) => before.includes(path));
      expect(made.filter((path) => !recorded.files?.includes(path))).toEqual([]);
    }
    expect(steps).toBeGreaterThan(10);
  });
});
