/** Rules about quadlets that a service brings along: what they publish, read and run is what the service file says. */
import { podmanSecretName } from "../../model/secret-name.ts";
import type { Port } from "../../model/service.ts";
import { LOOPBACK, type Published } from "../../raw/published.ts";
import type { RawUnit } from "../../raw/unit.ts";
import { unknowable } from "../../raw/unknowable.ts";
import { placesIn } from "../../rules/findings.ts";
import type { Entry } from "../../rules/unit-set.ts";
import { IMAGE } from "../assemble/fields.ts";
import { covers } from "../assemble/paths.ts";
import { keySpotAt, type Spot } from "../report.ts";
import { keyInFile, type Member, portSpot, type Rule } from "./world.ts";

type Known = Extract<Published, { address: string }>;

function entrySpot({ file, at, section, key }: Entry): Spot {
  return { place: { file: file.path, ...placesIn(file.text)(at) }, path: `${section}.${key}` };
}

function unitSpot({ unit }: RawUnit): Spot {
  return { place: { file: unit.file.path, line: 1, column: 1 }, path: "" };
}

export const quadletsAreKnowable: Rule = ({ members }, report) => {
  for (const raw of members.flatMap((member) => member.raw)) {
    for (const { entry, message, hint } of unknowable(raw))
      report(entry === undefined ? unitSpot(raw) : entrySpot(entry), message, hint);
  }
};

/** What is not declared is in no rule about ports and in no firewall. */
export const quadletPortsAreDeclared: Rule = ({ members }, report) => {
  for (const member of members) {
    if (member.raw.length === 0) continue;
    const published = member.raw.flatMap((raw) => raw.published).flatMap((port) => ("problem" in port ? [] : [port]));
    for (const port of published) {
      if (member.service.ports.some((declared) => isThat(declared, port))) continue;
      const { protocol, host, container, bind, address } = port;
      const more = protocol === "udp" ? ", protocols: [udp]" : "";
      report(
        entrySpot(port.entry),
        `publishes ${protocol} ${host} at ${address}, and ports of ${member.service.name} does not say so`,
        `ports: { web: { host: ${host}, container: ${container}, bind: [${bind}]${more} } } in ${member.draft.file.place.file}`,
      );
    }
    for (const port of member.service.ports) reportMissing(member, port, published);
  }

  function reportMissing(member: Member, port: Port, published: readonly Known[]): void {
    const { service } = member;
    const ofContainers = service.containers.some(({ listens }) => listens.includes(port.container));
    if (port.socket || (ofContainers && port.byQuadlet !== true)) return;
    for (const bind of port.bind) {
      for (const protocol of port.protocols) {
        if (published.some((one) => isThat({ ...port, bind: [bind], protocols: [protocol] }, one))) continue;
        const address = bind === "loopback" ? LOOPBACK : "ADDRESS";
        const suffix = protocol === "udp" ? "/udp" : "";
        report(
          portSpot(member, port.name),
          `no quadlet of ${service.name} publishes ${protocol} ${port.host} ${bind === "loopback" ? "at loopback" : "to the tailnet"}`,
          `PublishPort=${address}:${port.host}:${port.container}${suffix} in the one that listens there`,
        );
      }
    }
  }
};

function isThat({ host, container, bind, protocols }: Port, port: Known): boolean {
  return (
    host === port.host && container === port.container && bind.includes(port.bind) && protocols.includes(port.protocol)
  );
}

/** A name without registry or tag is another image tomorrow, and none that a run could look for. */
export const quadletImagesAreWhole: Rule = ({ members }, report) => {
  for (const { image } of members.flatMap((member) => member.raw)) {
    if (image === undefined || IMAGE[0].test(image.reference)) continue;
    report(entrySpot(image.entry), `wanted ${IMAGE[1]}, found ${JSON.stringify(image.reference)}`);
  }
};

export const quadletSecretsExist: Rule = ({ members }, report) => {
  for (const member of members) {
    const { name, secrets } = member.service;
    const known = new Map(secrets.map((secret) => [podmanSecretName(name, secret.name), secret]));
    for (const { name: wanted, entry } of member.raw.flatMap((raw) => raw.secrets)) {
      const secret = known.get(wanted);
      if (secret?.kind === "supplied" && secret.optional) {
        const message = `${wanted} may be left out, and a quadlet cannot do without it`;
        report(
          entrySpot(entry),
          message,
          `take optional out of the secret ${secret.name} in ${member.draft.file.place.file}`,
        );
      }
      if (secret !== undefined) continue;
      const own = wanted.startsWith(`${name}-`) ? wanted.slice(name.length + 1) : wanted;
      const hint = `secrets: { ${own}: { supplied: { description: ... } } } in the service file, and Secret=${name}-${own}`;
      report(entrySpot(entry), `${name} has no secret that podman would know as ${JSON.stringify(wanted)}`, hint);
    }
  }
};

/** Podman refuses to start a container whose mount source is missing. */
export const quadletMountsExist: Rule = ({ members }, report) => {
  for (const { service, draft, raw: units } of members) {
    const { directories, files, account } = service;
    for (const { path, entry } of units.flatMap((raw) => raw.mounts)) {
      if (!covers(account.home, path) || path === account.home) continue;
      if (directories.some((directory) => covers(directory.path, path)) || files.some((file) => file.path === path))
        continue;
      const hint = `directories: [{ path: ${path.slice(account.home.length + 1)} }] in ${draft.file.place.file}`;
      report(entrySpot(entry), `nothing makes ${path}`, hint);
    }
  }
};

/** A share is of a card. */
export const quadletSharesHaveCards: Rule = ({ members }, report) => {
  for (const { draft, service, raw } of members) {
    if (raw.length === 0 || draft.entry.gpu === undefined || service.gpu !== undefined) continue;
    const at = keySpotAt(draft.stack, ["services", draft.name, "gpu"]);
    report(
      at,
      `no quadlet of ${service.name} is given a graphics card`,
      "AddDevice=nvidia.com/gpu=0 in the one that uses it",
    );
  }
};

/** Locks, sockets and a pod of ours are written into units, and these are nobody's to write into. */
export const quadletsHoldNoLocks: Rule = ({ members }, report) => {
  for (const member of members) {
    const { service, draft } = member;
    if (service.quadlets.length === 0) continue;
    const swap: Spot = keySpotAt(draft.stack, ["services", draft.name, "swap"]);
    if (service.swap !== undefined) report(swap, `${service.name} has quadlets of its own, which take no turns`);
    if (service.containers.length > 0) continue;
    if (service.pod !== undefined)
      report(keyInFile(member, "pod"), "a pod without containers", "a .pod among the quadlets is one of its own");
    for (const port of service.ports) {
      if (port.socket)
        report(keyInFile(member, "ports", port.name, "socket"), "no container would be handed this socket");
    }
  }
};
