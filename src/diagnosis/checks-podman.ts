/** Checks of podman and of the programs that it needs beside it. */

import type { OsFact } from "../model/os.ts";
import { isPodmanTooOld, MUTE_HINT, OLDEST_PODMAN, PODMAN_HOSTS, podmanMute } from "../model/podman-version.ts";
import { type Check, check, mended, ok, problem, skip, unless } from "./check.ts";
import { installCommand, packagesText, reinstallCommand } from "./packages.ts";
import { listed } from "./words.ts";

export const podmanChecks: readonly Check[] = [
  check({
    id: "podman",
    group: "podman",
    what: "podman, its version, and its part in systemd",
    finds: `no podman, one that does not say its version, podman before ${OLDEST_PODMAN}, and one whose generator of units is missing`,
    from: ["podman"],
    judge: ({ podman: { version: podman, silence, generator } }, { os }) => {
      if (silence !== undefined) return { found: [problem(podmanMute(silence), undefined, MUTE_HINT)] };
      if (podman === undefined) return { found: [missing(os, "podman is not installed", ["podman"])] };
      if (isPodmanTooOld(podman)) {
        const message = `podman ${podman} is too old: quadlets for pods and health need ${OLDEST_PODMAN} or newer`;
        return { found: [problem(message, undefined, PODMAN_HOSTS)] };
      }
      if (generator) return ok(`podman ${podman}`);
      const message = "podman's generator for user managers is not there: no quadlet becomes a unit";
      return { found: [mended(problem, message, reinstallCommand(os, ["podman"]), packagesText(os, ["podman"]))] };
    },
  }),
  check({
    id: "runtime",
    group: "podman",
    what: "the runtime that starts containers, and netavark",
    finds: "neither crun nor runc, no netavark",
    from: ["tools", "podman"],
    judge: ({ tools: { runtime, netavark }, podman }, { os }) => {
      if (podman.version === undefined) return skip("there is no podman");
      const lacking = [...(runtime === undefined ? ["crun"] : []), ...(netavark ? [] : ["netavark"])];
      if (lacking.length === 0) return ok(`${runtime} and netavark`);
      return { found: [missing(os, `podman needs ${listed(lacking)}, which ${are(lacking)} not installed`, lacking)] };
    },
  }),
  check({
    id: "tools",
    group: "podman",
    what: "the programs that rootless containers and this tool call: pasta, uidmap, nft, catatonit, a user's bus",
    finds: "those that are missing",
    from: ["tools"],
    judge: ({ tools }, { os }) => {
      if (tools.missing.length === 0) return ok("pasta, newuidmap, newgidmap, nft, catatonit and a bus for each user");
      const message = `rootless podman needs ${listed(tools.missing)}, which ${are(tools.missing)} not installed`;
      return { found: [missing(os, message, tools.missing)] };
    },
  }),
  check({
    id: "idmap",
    group: "podman",
    what: "whether newuidmap and newgidmap may do what they are for",
    finds: "programs that are neither set-uid root nor have the file capability",
    from: ["tools"],
    judge: ({ tools: { powerless, missing: gone } }, { os }) => {
      if (gone.includes("newuidmap") || gone.includes("newgidmap")) return skip("they are not there");
      const found = powerless.map((path) =>
        problem(
          `${path} is neither set-uid root nor has the capability to map ids: no account can use its subordinate ids`,
          reinstallCommand(os, ["newuidmap"]) ?? `sudo chmod u+s ${path}`,
        ),
      );
      // One package brings both.
      return unless(found.slice(0, 1), "newuidmap and newgidmap may map ids");
    },
  }),
];

function missing(os: OsFact, message: string, needs: readonly string[]) {
  return mended(problem, message, installCommand(os, needs), packagesText(os, needs));
}

function are(names: readonly string[]): string {
  return names.length === 1 ? "is" : "are";
}
