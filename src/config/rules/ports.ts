/** Rules about ports: on the host, inside a container's network, and between services. */
import { isRouted } from "../../model/routed.ts";
import type { Port } from "../../model/service.ts";
import { neighbourOf } from "../assemble/beside.ts";
import type { WrittenSite } from "../draft.ts";
import { parseTemplate } from "../interpolate.ts";
import { type Node, nodeAt, type Path } from "../node.ts";
import { spotAt } from "../report.ts";
import { forEachTwin, inFile, type Member, portSpot, type Rule } from "./world.ts";

interface Claim {
  readonly member: Member;
  readonly port: Port;
  /** "tcp 8080 on loopback". */
  readonly key: string;
}

/** Loopback and the tailnet are different addresses; a redirected port is taken on the tailnet as well. */
export const hostPortsAreDistinct: Rule = ({ members }, report) => {
  const claims = members.flatMap((member) => member.service.ports.flatMap((port) => claimsOf(member, port)));
  const keyOf = ({ key }: Claim) => key;
  forEachTwin(claims, keyOf, (first, second) => {
    if (first.member === second.member && first.port === second.port) return;
    const { name } = second.member.service;
    const other = `${first.member.service.name} (port ${first.port.name})`;
    report(
      portSpot(second.member, second.port.name),
      `${name} claims ${second.key}, which is also used by ${other}`,
      `set services.${name}.ports.${second.port.name} to another port`,
    );
  });
};

function claimsOf(member: Member, port: Port): readonly Claim[] {
  const claims = port.protocols.flatMap((protocol) => [
    ...port.bind.map((bind) => `${protocol} ${port.host} on ${bind === "loopback" ? "loopback" : "the tailnet"}`),
    ...(port.redirectFrom === undefined ? [] : [`${protocol} ${port.redirectFrom} on the tailnet`]),
  ]);
  return claims.map((key) => ({ member, port, key }));
}

/** All containers of a service share one network namespace. */
export const listenedPortsAreDistinct: Rule = ({ members }, report) => {
  for (const member of members) {
    const listens = member.service.containers.flatMap(({ name, listens, twin }) => {
      const others = (twin?.listens ?? []).filter((port) => !listens.includes(port));
      return [...listens, ...others].map((port, index) => ({ container: name, port, index: index % listens.length }));
    });
    const portOf = ({ port }: (typeof listens)[number]) => port;
    forEachTwin(listens, portOf, (first, second) => {
      const who = first.container === second.container ? "twice" : `and so does ${first.container}`;
      report(
        inFile(member, "containers", second.container, "listens", second.index),
        `${second.container} listens on ${second.port}, ${who}: they share one network`,
        "move one of them to another port",
      );
    });
  }
};

/** Ports that systemd listens on are handed over, not bound by the program. */
export const publishedPortsAreListenedOn: Rule = ({ members }, report) => {
  for (const member of members) {
    const listens = member.service.containers.flatMap((container) => container.listens);
    for (const port of member.service.ports) {
      // Of quadlets nobody knows what listens; that they publish it is looked at elsewhere.
      if (port.socket || listens.includes(port.container) || member.service.quadlets.length > 0) continue;
      // A second instance does, now and then.
      if (port.twinOf !== undefined) continue;
      const at = inFile(member, "ports", port.name, "container");
      const hint = "add it to the listens of the container that serves it";
      report(at, `no container of ${member.service.name} listens on ${port.container}`, hint);
    }
  }
};

/** A consumer reaches the port at its own 127.0.0.1, so the number must be free in there. */
export const consumersHaveThePortFree: Rule = ({ members }, report) => {
  const named = byName(members);
  const proxies = members.filter((member) => member.service.terminatesTls !== undefined);
  for (const owner of members) {
    for (const port of owner.service.ports) {
      const routed = isRouted(owner.service, port);
      const consumers = port.consumers.flatMap((name) => named.get(name) ?? []);
      for (const consumer of new Set([...(routed ? proxies : []), ...consumers])) {
        const container = consumer.service.containers.find(({ listens }) => listens.includes(port.host));
        if (container === undefined) continue;
        report(
          portSpot(owner, port.name),
          `${consumer.service.name} reaches ${owner.service.name} at its own 127.0.0.1:${port.host}, but its container ${container.name} listens there`,
          `set services.${owner.service.name}.ports.${port.name} to another port`,
        );
      }
    }
  }
};

function byName(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(members.map((member) => [member.service.name, member]));
}

/** The firewall lets declared consumers in and nobody else. */
export const callersAreConsumers: Rule = ({ members, site }, report) => {
  const named = byName(members);
  for (const caller of members) {
    for (const { path, service, port } of portReferences(site, caller.draft.file, [])) {
      const owner = named.get(service);
      const target = owner?.service.ports.find((candidate) => candidate.name === port);
      if (owner === undefined || target === undefined || owner === caller) continue;
      if (target.consumers.includes(caller.service.name)) continue;
      report(
        spotAt(caller.draft.file, path),
        `${caller.service.name} uses port ${port} of ${service} but is not among its consumers`,
        `add ${caller.draft.from} to ports.${port}.consumers of ${service}`,
      );
    }
  }
};

interface PortReference {
  readonly path: Path;
  readonly service: string;
  readonly port: string;
}

/** `neighbour`: the service that `beside` stands for at this place. */
function portReferences(site: WrittenSite, node: Node, path: Path, neighbour?: string): readonly PortReference[] {
  if (node.kind === "list")
    return node.items.flatMap((item, index) => portReferences(site, item, [...path, index], neighbour));
  if (node.kind === "map") {
    const beside = nodeAt(node, ["beside"]);
    const here = beside?.kind === "scalar" ? neighbourOf(site, beside.text)?.name : neighbour;
    return [...node.entries].flatMap(([key, entry]) => portReferences(site, entry.node, [...path, key], here));
  }
  return (parseTemplate(node.text) ?? []).flatMap((part) => {
    if (part.kind === "text") return [];
    const words = part.reference.split(".");
    const [service, kind, port] = words[0] === "beside" ? [neighbour, ...words.slice(1)] : words.slice(1);
    if (!["services", "beside"].includes(words[0] ?? "") || kind !== "ports") return [];
    return service === undefined || port === undefined ? [] : [{ path, service, port }];
  });
}

export const consumersAreOnLoopback: Rule = ({ members }, report) => {
  for (const member of members) {
    for (const port of member.service.ports) {
      if (port.consumers.length === 0 || port.bind.includes("loopback")) continue;
      const at = inFile(member, "ports", port.name, "bind");
      report(at, `port ${port.name} has consumers but is not bound to loopback`, "add loopback to its bind");
    }
  }
};
