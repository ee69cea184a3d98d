/** Rules about ways into the network that do not go together. */
import { all, last, settingOf } from "./lookup.ts";
import { podOf } from "./pods.ts";
import { hasPublished } from "./ports.ts";
import { atEntry, type Context, type Found, perUnit, type Rule } from "./rule.ts";
import type { Unit } from "./unit-set.ts";

const ALONE = /^(pasta|slirp4netns|host|none|private|ns|container)(:|$)|^[^:]*\.container$/;

function modes(unit: Unit): readonly string[] {
  return all(unit, "Network").map((entry) => entry.value);
}

interface Published {
  readonly unit: Unit;
  readonly found: Found;
  readonly address: string;
  readonly from: number;
  readonly to: number;
  readonly protocol: string;
}

/** Ports of the host that are fixed numbers. */
function published(unit: Unit, context: Context): readonly Published[] {
  if (podOf(unit, context) !== "" || modes(unit).some((mode) => /^(host|none)$/.test(mode))) return [];
  return hasPublished(unit).flatMap((entry) => {
    const match = /^(?:(\[[^\]]*\]|[\d.]*):)?(\d+)(?:-(\d+))?:[\d-]+(?:\/(\w+))?$/.exec(entry.value.trim());
    if (match === null) return [];
    const [, address = "", from, to, protocol = "tcp"] = match;
    const found = atEntry(entry, "");
    return [{ unit, found, address, from: Number(from), to: Number(to ?? from), protocol }];
  });
}

function collide(a: Published, b: Published): boolean {
  const isAny = (address: string): boolean => ["", "0.0.0.0", "[::]"].includes(address);
  const meet = a.address === b.address || isAny(a.address) || isAny(b.address);
  return a.unit !== b.unit && a.protocol === b.protocol && meet && a.from <= b.to && b.from <= a.to;
}

export const networkModeRules: readonly Rule[] = [
  {
    id: "network-alone",
    level: "error",
    what: "pasta, host, none or the network of a container beside another Network=.",
    why: "podman joins several networks only where all are bridges, and refuses the rest.",
    instead: "One Network=, or several .network files.",
    find: perUnit(["container", "pod"], (unit) => {
      const entries = all(unit, "Network");
      const alone = entries.find((entry) => ALONE.test(entry.value));
      return alone === undefined || entries.length < 2
        ? []
        : [atEntry(alone, "podman takes no other Network= beside it", "keep one of them")];
    }),
  },
  {
    id: "ports-without-network",
    level: "warning",
    what: "PublishPort= with the network of the host, of another container, or none.",
    why: "podman drops the ports: with host the program's own ports count.",
    instead: "Without PublishPort=, or with Network=pasta or a .network.",
    find: perUnit(["container", "pod"], (unit) => {
      const mode = modes(unit).find((one) => /^(host|none|container)(:|$)/.test(one));
      const [first] = hasPublished(unit);
      return mode === undefined || first === undefined
        ? []
        : [atEntry(first, `has no effect with Network=${mode}`, "remove one of them")];
    }),
  },
  {
    id: "address-without-bridge",
    level: "error",
    what: "IP= or IP6= without a network of bridge type.",
    why: "podman refuses a fixed address elsewhere; rootless containers have no bridge unless Network= says so.",
    instead: "Network=NAME.network and IP= in its subnet.",
    find: perUnit(["container", "pod"], (unit, context) => {
      const entry = ["IP", "IP6"].map((key) => last(unit, key)).find((one) => one !== undefined && one.value !== "");
      if (entry === undefined || podOf(unit, context) !== "") return [];
      const own = modes(unit);
      const isFixed =
        own.some((mode) => ALONE.test(mode)) || (own.length === 0 && !context.rootful && !hasNetworkOption(unit));
      return isFixed
        ? [atEntry(entry, "podman gives fixed addresses in a bridge network only", "Network=NAME.network beside it")]
        : [];
    }),
  },
  {
    id: "port-twice",
    level: "warning",
    what: "Two units publish one port of the host.",
    why: "The second to start fails: the address is in use.",
    instead: "Another port, or another address in front of it.",
    find: (context) => {
      const seen: Published[] = [];
      const byPort = new Map<string, Published[]>();
      for (const one of context.set.units.flatMap((unit) => published(unit, context))) {
        const key = `${one.protocol}`;
        const others = byPort.get(key) ?? [];
        byPort.set(key, others);
        if (others.length > 2000) continue;
        const other = others.find((candidate) => collide(candidate, one));
        if (other !== undefined)
          seen.push({ ...one, found: { ...one.found, message: `${other.unit.name} publishes this port, too` } });
        others.push(one);
      }
      return seen.map(({ found }) => ({ ...found, hint: "the second to start fails" }));
    },
  },
  {
    id: "host-name-of-the-host",
    level: "error",
    what: "HostName= with Network=host in a pod.",
    why: "podman refuses a name of its own where the pod shares the host's.",
    instead: "One of them.",
    find: perUnit(["pod"], (unit, context) => {
      const entry = last(unit, "HostName");
      if (entry === undefined || settingOf(unit, "HostName", context) === "" || !modes(unit).includes("host"))
        return [];
      return [atEntry(entry, "does not go with Network=host", "remove one of them")];
    }),
  },
];

function hasNetworkOption(unit: Unit): boolean {
  return all(unit, "PodmanArgs").some((entry) => /--net(work)?\b/.test(entry.value));
}
