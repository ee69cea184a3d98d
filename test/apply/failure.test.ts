/** For every step: let it fail as if the program was killed there, run again, and the host is as configured. */
import { describe, expect, test } from "vitest";
import type { Sources } from "../../src/config/load.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install } from "./support.ts";

parseOnce(smallSite());

/** What happened to the host and its configuration since the last run. */
const SITUATIONS: Readonly<Record<string, (host: MemoryHost) => Promise<Sources>>> = {
  "a fresh host": async () => smallSite(),
  "a new image and a new limit": async (host) => {
    await install(host, smallSite());
    return smallSite((text) => text.replace("sql:1", "sql:2").replace("4096", "8192"));
  },
  "a lost secret": async (host) => {
    await install(host, smallSite());
    host.secrets.delete("store-user/store-key");
    const list = "/var/lib/store/.local/share/containers/storage/secrets/secrets.json";
    host.system.files.put(list, JSON.stringify({ secrets: {}, nameToID: { "store-url": "1" } }));
    return smallSite();
  },
  "an edited configuration file and an edited quadlet": async (host) => {
    await install(host, smallSite());
    host.system.files.put("/var/lib/front/config/front.conf", "edited");
    host.system.files.put("/etc/containers/systemd/users/801/front.container", "edited");
    return smallSite();
  },
  "changed services on a host whose managers are down": async (host) => {
    await install(host, smallSite());
    host.shutDown();
    return smallSite((text) => text.replace("sql:1", "sql:2").replace("front:1", "front:2"));
  },
};

describe.each(Object.keys(SITUATIONS))("%s", (name) => {
  test("converges, whichever step it was killed at, and never made what it had not recorded", async () => {
    let steps = 0;
    for (let step = 1; ; step++) {
      const host = new MemoryHost();
      const sources = (await SITUATIONS[name]?.(host)) ?? smallSite();
      host.failAt = host.changes + step;
      const failed = await install(host, sources).catch(() => undefined);
      if (!host.killed) break;
      expect(failed, "a killed run does not end well").toBeUndefined();
      steps = step;
      await host.revive();
      const before = [...host.system.files.nodes.keys()];
      const ledger = JSON.parse(host.text("/var/lib/install-quadlets/applied.json") || "{}");
      await install(host, sources);
      const desired = await expectConverged(host, sources).catch((error) => {
        throw new Error(`killed before step ${step}: ${error.message}`, { cause: error });
      });
      const made = desired.files.map((file) => file.path).filter((path) => before.includes(path));
      expect(made.filter((path) => !ledger.files?.includes(path))).toEqual([]);
    }
    expect(steps).toBeGreaterThan(10);
  });
});
