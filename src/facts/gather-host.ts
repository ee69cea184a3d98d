/** Facts that render needs, all read side by side. */
import type { HostFacts } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";
import { gatherAccounts } from "./accounts.ts";
import { gatherNvidiaDriver } from "./driver.ts";
import { gatherManRoot } from "./man-root.ts";
import { gatherAddresses, gatherNameservers } from "./network.ts";
import { gatherOfferedPodman } from "./offered.ts";
import { gatherDecided, gatherSudoUser } from "./operators.ts";
import { gatherOs } from "./os.ts";
import { gatherSubids } from "./subids.ts";
import { gatherHasSudo, gatherSudoDirectory } from "./sudo.ts";
import { gatherServed, gatherTailnet } from "./tailnet.ts";
import { gatherMissingTools } from "./tools.ts";
import { gatherPodman, gatherSystemdVersion } from "./versions.ts";

export async function gatherHost(system: System): Promise<HostFacts> {
  const os = gatherOs(system);
  // The programs first: they run while the files are read.
  const [
    podman,
    systemdVersion,
    tailnet,
    served,
    missingTools,
    podmanOffered,
    { accounts, groups },
    subuids,
    subgids,
    decided,
    manRoot,
    sudoDirectory,
  ] = await Promise.all([
    gatherPodman(system),
    gatherSystemdVersion(system),
    gatherTailnet(system),
    gatherServed(system),
    gatherMissingTools(system),
    gatherOfferedPodman(system, os),
    gatherAccounts(system),
    gatherSubids(system, "subuid"),
    gatherSubids(system, "subgid"),
    gatherDecided(system),
    gatherManRoot(system),
    gatherSudoDirectory(system),
  ]);
  return {
    effectiveUid: system.host.effectiveUid(),
    now: system.clock.now(),
    systemdVersion,
    podmanVersion: podman.version,
    podmanSilence: podman.silence,
    missingTools,
    os,
    podmanOffered,
    tailnet,
    served,
    nvidiaDriver: gatherNvidiaDriver(system),
    // Asked once the configuration is known to want them.
    supplied: undefined,
    addresses: gatherAddresses(system),
    interfaces: system.host.interfaces(),
    sudoUser: gatherSudoUser(system),
    decided,
    nameservers: gatherNameservers(system),
    manRoot,
    sudoDirectory,
    hasSudo: gatherHasSudo(system),
    accounts,
    groups,
    subuids,
    subgids,
  };
}
