/**
 * Units that a plan starts, and whose GPU podman would not find: they would fail, and everything would be taken back. And cards that two
 * services call by two names, so that their shares and turns would be counted as those of two cards.
 */
import { type Plan, stepsOf } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { isSameGpu } from "../model/sharing.ts";
import type { Finding } from "./preflight.ts";

export interface GpuDevices {
  /** "nvidia.com/gpu=all", as the CDI specifications of the host define them, and the nodes of the host that each stands for. */
  readonly defined: ReadonlyMap<string, readonly string[]>;
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
  const asked = units.flatMap(({ service, plainName, devices = [] }) =>
    devices.filter((device) => device.includes("=")).map((device) => ({ service, plainName, device })),
  );
  const theirs = asked.filter(({ plainName }) => starting.has(plainName));
  const unknown = theirs
    .filter(({ device }) => !defined.has(device))
    .map(({ service, plainName, device }) => ({
      message: `${plainName} asks for ${device}, and no CDI specification of this host defines it`,
      hint: `${hintFor(device, toolkit)}; or switch it off: services.${service}.enabled in /etc/install-quadlets/stack.yaml`,
    }));
  return [...unknown, ...twoNames(theirs, asked, defined)];
}

interface Asked {
  readonly service: string;
  readonly plainName: string;
  readonly device: string;
}

/** Parts of one card share its node, but not those that stand for the part: only all of them tell that it is the same. */
function twoNames(
  theirs: readonly Asked[],
  asked: readonly Asked[],
  defined: GpuDevices["defined"],
): readonly Finding[] {
  const nodesOf = (device: string) => defined.get(device)?.join(" ") ?? "";
  const seen = new Set<string>();
  return theirs.flatMap((one) => {
    const nodes = nodesOf(one.device);
    const other = asked.find(
      ({ service, device }) => service !== one.service && !isSameGpu(device, one.device) && nodesOf(device) === nodes,
    );
    if (nodes === "" || other === undefined || seen.has(nodes)) return [];
    seen.add(nodes);
    return [
      {
        message: `${one.plainName} asks for ${one.device} and ${other.plainName} for ${other.device}, and both are ${nodes}: their shares of its memory and their turns would not be counted together`,
        hint: `call it by one name in gpu.devices of services.${one.service} and services.${other.service} in /etc/install-quadlets/stack.yaml`,
      },
    ];
  });
}

function hintFor(device: string, toolkit: boolean): string {
  if (!device.startsWith("nvidia.com/")) return "write one with the tool of its vendor";
  return toolkit ? MAKE : `${INSTALL} ${MAKE}`;
}
