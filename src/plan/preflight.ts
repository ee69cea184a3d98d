/** What must be true of the host before anything is planned; every finding at once, each with what to do. */

import type { Written } from "../model/diagnostic.ts";
import type { HostFacts, ListenerFact, StateFacts } from "../model/facts.ts";
import { fullText, whatFills } from "../model/full.ts";
import { isInTheWay } from "../model/listener.ts";
import type { Address } from "../model/names.ts";
import { type Note, type Plan, stepsOf } from "../model/plan.ts";
import { isPodmanTooOld, MUTE_HINT, OLDEST_PODMAN, PODMAN_HOSTS, podmanMute } from "../model/podman-version.ts";
import type { Port, Service, Stack } from "../model/service.ts";
import { visible } from "../model/visible.ts";

export interface Finding {
  readonly message: string;
  readonly hint: string;
  /** Where the site wrote it. */
  readonly at?: Written;
  /** Who has no right to it, and with it perhaps no other fault. */
  readonly needsRoot?: true;
}

export function preflight(host: HostFacts): readonly Finding[] {
  return [notRoot(host), noSystemd(host), podman(host)].filter((finding) => finding !== undefined);
}

function notRoot(host: HostFacts): Finding | undefined {
  if (host.effectiveUid === 0) return undefined;
  return { message: "this needs root: it creates users and services", hint: "run it with sudo", needsRoot: true };
}

function noSystemd(host: HostFacts): Finding | undefined {
  if (host.systemdVersion !== undefined) return undefined;
  return {
    message: "systemd is not running as PID 1 on this machine",
    hint: "install on a host that was booted with systemd, not inside a plain container or chroot",
  };
}

/** What is not there at all is not said here: packages.ts. */
function podman({ podmanVersion, podmanSilence, podmanOffered, os, effectiveUid }: HostFacts): Finding | undefined {
  if (podmanSilence !== undefined) {
    // Of somebody else it may only want more than that account has: no word about the host.
    return effectiveUid === 0 ? { message: podmanMute(podmanSilence), hint: MUTE_HINT } : undefined;
  }
  const version = podmanVersion ?? podmanOffered;
  if (version === undefined || !isPodmanTooOld(version)) return undefined;
  const which = podmanVersion === undefined ? `podman ${version}, which ${visible(os.name)} has,` : `podman ${version}`;
  return {
    message: `${which} is too old: quadlets for pods and health need ${OLDEST_PODMAN} or newer`,
    hint: PODMAN_HOSTS,
  };
}

/** Ports of ours that another program holds already. A listener that runs as the service's own uid is ours. */
export function portsTaken(
  stack: Stack,
  address: Address,
  uids: ReadonlyMap<string, number>,
  listeners: readonly ListenerFact[],
): readonly Finding[] {
  return stack.services.flatMap((service) =>
    service.ports.flatMap((port) => portTaken(service, port, address, uids.get(service.account.user), listeners)),
  );
}

function portTaken(
  service: Service,
  port: Port,
  address: Address,
  uid: number | undefined,
  listeners: readonly ListenerFact[],
): readonly Finding[] {
  const ours = { ...port, port: port.host, uid };
  const clash = listeners.find((listener) => isInTheWay(listener, ours, address));
  if (clash === undefined) return [];
  // A program may call itself anything.
  const holder = clash.process === "" ? `a program of uid ${clash.uid}` : visible(clash.process);
  return [
    {
      message: `port ${port.host} (${clash.protocol}) of ${service.name} is already taken on ${clash.address} by ${holder}`,
      hint: `stop that program, or set services.${service.name}.ports.${port.name} in /etc/install-quadlets/stack.yaml`,
    },
  ];
}

/** Of what a plan would write, some part or all would not be written. */
export function noRoom({ full }: Pick<StateFacts, "full">, plan: Pick<Plan, "stages">): readonly Finding[] {
  if (full === undefined || stepsOf(plan).length === 0) return [];
  return full.own.map((place) => ({
    message: `the file system of ${place.path} ${fullText(place)}, and a run writes there`,
    hint: whatFills(place),
  }));
}

/** A service may still mend itself with its next settings (fewer days kept): nothing is refused for it. */
export function fullNotes({ full }: Pick<StateFacts, "full">): readonly Note[] {
  return [...(full?.own ?? []), ...(full?.ofServices ?? [])].map((place) => ({
    kind: "full",
    subject: place.path,
    text: `its file system ${fullText(place)}: ${whatFills(place)}`,
  }));
}
