/** Every check of `doctor`, in the order in which they are shown. */
import { type Check, GROUP_NAMES } from "./check.ts";
import { accountChecks } from "./checks-accounts.ts";
import { backupChecks } from "./checks-backups.ts";
import { dataChecks } from "./checks-data.ts";
import { hostChecks } from "./checks-host.ts";
import { idChecks } from "./checks-ids.ts";
import { networkChecks } from "./checks-network.ts";
import { podmanChecks } from "./checks-podman.ts";
import { gpuChecks, serviceChecks } from "./checks-services.ts";
import { tailscaleChecks } from "./checks-tailscale.ts";

const all = [
  ...hostChecks,
  ...podmanChecks,
  ...idChecks,
  ...accountChecks,
  ...tailscaleChecks,
  ...networkChecks,
  ...gpuChecks,
  ...serviceChecks,
  ...dataChecks,
  ...backupChecks,
];

export const checks: readonly Check[] = GROUP_NAMES.flatMap((group) => all.filter((one) => one.group === group));
