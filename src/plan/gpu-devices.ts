/** Units that a plan starts, and whose GPU podman would not find: they would fail, and everything would be taken back. */
import { type Plan, stepsOf } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import type { Finding } from "./preflight.ts";

export interface GpuDevices {
  /** "nvidia.com/gpu=all", as the CDI specifications of the host define them. */
  readonly defined: readonly string[];
  /** NVIDIA's container toolkit, which writes its specification, is installed. */
  readonly toolkit: boolean;
}

/** Its packages are in NVIDIA's own repository, which a person adds and no program. */
const INSTALL =
  "install NVIDIA's driver and container toolkit as https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html says, then";
const MAKE = "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml";

export function gpuFindings(
  plan: Pick<Plan, "stages">,
  { units }: Pick<DesiredState, "units">,
  { defined, toolkit }: GpuDevices,
): readonly Finding[] {
  const starting = new Set(stepsOf(plan).flatMap(({ change }) => (change.kind === "unit" ? [change.plainName] : [])));
  return units
    .filter(({ plainName }) => starting.has(plainName))
    .flatMap(({ service, plainName, devices = [] }) =>
      devices
        .filter((device) => device.includes("=") && !defined.includes(device))
        .map((device) => ({
          message: `${plainName} asks for ${device}, and no CDI specification of this host defines it`,
          hint: `${hintFor(device, toolkit)}; or switch it off: services.${service}.enabled in /etc/install-quadlets/stack.yaml`,
        })),
    );
}

function hintFor(device: string, toolkit: boolean): string {
  if (!device.startsWith("nvidia.com/")) return "write one with the tool of its vendor";
  return toolkit ? MAKE : `${INSTALL} ${MAKE}`;
}
