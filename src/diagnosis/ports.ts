/** Which ports are wanted, who holds them, and who is in the way. */

import { groupBy } from "../model/group-by.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import { isInTheWay } from "../model/listener.ts";
import { type About, type Finding, problem, warning } from "./check.ts";
import type { HolderFact, SocketsFact, WantedPort } from "./parts-network.ts";
import { listed } from "./words.ts";

/** What everybody wants to know about, whether it is ours or not. */
const SHOWN = [53, 80, 443, 8081];

export function wantedPorts(index: ServiceIndex | undefined): readonly WantedPort[] {
  if (index === undefined) return DEFAULTS;
  return index.services.flatMap(({ name: service, uid, ports }) =>
    ports.flatMap((one) => {
      const { name, port, protocols, bind, redirectFrom } = one;
      const common = {
        service,
        name,
        protocols,
        uid,
        bind,
      };
      const own = { ...common, port, redirected: false };
      return redirectFrom === undefined ? [own] : [own, { ...common, port: redirectFrom, redirected: true }];
    }),
  );
}

/** Of the stack that comes with this program. */
const DEFAULTS: readonly WantedPort[] = [
  { port: 53, protocols: ["udp", "tcp"] as const, redirected: true },
  ...[80, 443, 8081].map((port) => ({ port, protocols: ["tcp"] as const, redirected: false })),
].map((one) => ({ ...one, service: "the default stack", name: "", uid: undefined, bind: ["tailnet"] as const }));

export function portFindings(
  { listeners, address, wanted }: SocketsFact,
  { root }: Pick<About, "root">,
): readonly Finding[] {
  const found = wanted.flatMap((port) => {
    const clash = listeners.find((listener) => isInTheWay(listener, port, address));
    if (clash === undefined) return [];
    const held = `port ${port.port} (${clash.protocol}) is held by ${holder(clash)} on ${clash.address}`;
    if (port.redirected)
      return [
        warning(
          `${held}: what is sent to the address of the site goes to ${port.service} all the same`,
          undefined,
          FORWARDED,
        ),
      ];
    return [problem(`${held}, and ${port.service} wants it`, stop(clash), root ? other(clash, port) : WHO)];
  });
  const seen = new Set<string>();
  return found.filter(({ message }) => !seen.has(message) && seen.add(message));
}

/** Those that want a port which another program holds. */
export function servicesInNeedOfPorts({ listeners, address, wanted }: SocketsFact): readonly string[] {
  const lacking = wanted.filter((port) => !port.redirected && listeners.some((one) => isInTheWay(one, port, address)));
  return lacking.map(({ service }) => service);
}

/** Of containers a program only stands for another. */
const STAND_INS = /^(docker|containerd|podman|conmon|pasta|passt|rootlessport|slirp4netns|systemd)\b/;

function stop({ unit, process }: HolderFact): string | undefined {
  const [, name = "", pid] = /^(.*) \(pid (\d+)\)$/s.exec(process) ?? [];
  if (STAND_INS.test(unit ?? name)) return undefined;
  if (unit !== undefined) return `sudo systemctl disable --now ${unit}`;
  return pid === undefined ? undefined : `sudo kill ${pid}`;
}

function other(clash: HolderFact, port: WantedPort): string {
  return stop(clash) === undefined ? `stop that program, or ${elsewhere(port)}` : `or ${elsewhere(port)}`;
}

function elsewhere({ service, name }: WantedPort): string {
  const place = name === "" ? "ports: of the service that wants it" : `services.${service}.ports.${name}`;
  return `set ${place} in /etc/install-quadlets/stack.yaml`;
}

const WHO = "sudo ss -Hltnup says who that is";
const FORWARDED = "bind that program to its own address if it should go on answering there";

function holder({ process, uid }: HolderFact): string {
  return process === "" ? `a program of uid ${uid}` : process;
}

export function shownPorts(wanted: readonly WantedPort[]): readonly number[] {
  return [...new Set([...SHOWN, ...wanted.map(({ port }) => port)])];
}

/** "53: systemd-resolve (pid 1) on 127.0.0.53; 80, 443 and 8081 are free". */
export function portsText({ listeners, wanted }: SocketsFact): string {
  const ports = shownPorts(wanted);
  const rows = ports.map((port) => {
    const by = groupBy(
      listeners.filter((listener) => listener.port === port),
      holder,
    );
    const texts = [...by].map(
      ([who, all]) => `${who} on ${listed([...new Set(all.map(({ address }) => address))], 4)}`,
    );
    return { port, texts };
  });
  const held = rows.filter(({ port, texts }) => texts.length > 0 && SHOWN.includes(port));
  const more = rows.filter(({ port, texts }) => texts.length > 0 && !SHOWN.includes(port)).length;
  const free = rows.filter(({ texts }) => texts.length === 0).map(({ port }) => String(port));
  return [
    ...held.map(({ port, texts }) => `${port}: ${texts.join(", ")}`),
    ...(more === 0 ? [] : [`${more} more of ours are held by their services`]),
    ...(free.length === 0 ? [] : [`${listed(free)} ${free.length === 1 ? "is" : "are"} free`]),
  ].join("; ");
}
