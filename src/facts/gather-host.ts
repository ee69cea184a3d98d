/** Facts that render needs, all read side by side. */
import type { HostFacts } from "../model/facts.ts";
import type { System } from "../system/interfaces.ts";
import { gatherAccounts } from "./accounts.ts";
import { gatherAddresses, gatherNameservers, gatherTailscaleAddress } from "./network.ts";
import { gatherDecided, gatherSudoUser } from "./operators.ts";
import { gatherSubids } from "./subids.ts";
import { gatherMissingTools } from "./tools.ts";
import { gatherPodmanVersion, gatherSystemdVersion } from "./versions.ts";

export async function gatherHost(system: System): Promise<HostFacts> {
  // The programs first: they run while the files are read.
  const [
    podmanVersion,
    systemdVersion,
    tailscaleAddress,
    missingTools,
    { accounts, groups },
    subuids,
    subgids,
    decided,
  ] = await Promise.all([
    gatherPodmanVersion(system),
    gatherSystemdVersion(system),
    gatherTailscaleAddress(system),
    gatherMissingTools(system),
    gatherAccounts(system),
    gatherSubids(system, "subuid"),
    gatherSubids(system, "subgid"),
    gatherDecided(system),
  ]);
  return {
    effectiveUid: system.host.effectiveUid(),
    now: system.clock.now(),
    hostname: system.host.hostname(),
    systemdVersion,
    podmanVersion,
    missingTools,
    tailscaleAddress,
    // Asked once the configuration is known to want them.
    tailnet: undefined,
    supplied: undefined,
    addresses: gatherAddresses(system),
    interfaces: system.host.interfaces(),
    sudoUser: gatherSudoUser(system),
    decided,
    nameservers: gatherNameservers(system),
    accounts,
    groups,
    subuids,
    subgids,
  };
}
