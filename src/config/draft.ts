/** A service between schema and model: what is written, and what others may refer to. */
import { groupBy } from "../model/group-by.ts";
import type { SettingValue } from "../model/service.ts";
import { suggest } from "../model/suggest.ts";
import { withGivenGpu } from "./given-gpu.ts";
import { withGroups } from "./groups.ts";
import type { Loaded } from "./load.ts";
import { type MapNode, nodeAt } from "./node.ts";
import { keySpotAt, type Report } from "./report.ts";
import { serviceName } from "./schema/fields.ts";
import { checkSchema } from "./schema/issues.ts";
import type { WrittenService } from "./schema/service.ts";
import { entrySchema, type Header, headerSchema, type StackEntry } from "./schema/stack.ts";
import { resolveSettings } from "./settings.ts";

export interface ServiceDraft {
  readonly name: string;
  readonly from: string;
  readonly entry: StackEntry;
  readonly written: WrittenService;
  /** The service file and the whole stack, for places. */
  readonly file: MapNode;
  readonly stack: MapNode;
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** Host ports after the site's overrides. */
  readonly hostPorts: Readonly<Record<string, number>>;
  /** Full host names by the route's host in the service file. */
  readonly hostNames: Readonly<Record<string, string>>;
  readonly user: string;
  readonly home: string;
}

/** The site as far as it could be read. */
export interface WrittenSite {
  readonly header: Header;
  readonly stack: MapNode;
  readonly drafts: readonly ServiceDraft[];
  readonly draftOf: ReadonlyMap<string, ServiceDraft>;
  /** Drafts by the service file that they come from. */
  readonly draftsFrom: ReadonlyMap<string, readonly ServiceDraft[]>;
  /** Named in the stack with `enabled: false`. */
  readonly disabled: ReadonlySet<string>;
  /** Enabled, but with findings of their own: whatever refers to them is not reported on top. */
  readonly broken: ReadonlySet<string>;
  /** Names of all service files. */
  readonly catalogue: readonly string[];
  /** Files in the folders beside service files, by path. */
  readonly quadlets: Loaded["quadlets"];
}

export function draftSite(loaded: Loaded, report: Report): WrittenSite {
  const files = loaded.services;
  const stack = withGroups(loaded.stack, files, report);
  const header = checkSchema(headerSchema, stack, [], report) ?? headerSchema.parse({});
  const drafts: ServiceDraft[] = [];
  const disabled = new Set<string>();
  const broken = new Set<string>();
  for (const name of serviceNames(stack, report)) {
    const path = ["services", name];
    const entry = checkSchema(entrySchema, emptyEntry(stack, name), path, report);
    if (entry?.enabled === false) disabled.add(name);
    else broken.add(name);
    if (entry === undefined) {
      checkSettings(name, { ...loaded, stack }, report);
      continue;
    }
    const from = entry.from ?? name;
    if (!files.names.includes(from)) {
      const at = entry.from === undefined ? keySpotAt(stack, path) : keySpotAt(stack, [...path, "from"]);
      report(at, `no service file is named ${JSON.stringify(from)}`, suggest(from, files.names, "service files"));
      continue;
    }
    if (!entry.enabled) continue;
    const { written, node: file } = files.get(from) ?? {};
    if (written === undefined || file === undefined) continue;
    drafts.push(makeDraft({ name, from, entry, written, file, stack, domain: header.domain }, report));
    broken.delete(name);
  }
  return {
    header,
    stack,
    drafts,
    draftOf: new Map(drafts.map((draft) => [draft.name, draft])),
    draftsFrom: groupBy(drafts, (draft) => draft.from),
    disabled,
    broken,
    catalogue: files.names,
    quadlets: loaded.quadlets,
  };
}

/** The settings of an entry that has other faults: nobody should find them one run at a time. */
function checkSettings(name: string, { stack, services }: Loaded, report: Report): void {
  const origin = nodeAt(stack, ["services", name, "from"]);
  const { written, node: file } = services.get(origin?.kind === "scalar" ? origin.text : name) ?? {};
  if (written === undefined || file === undefined) return;
  resolveSettings({ service: name, declarations: written.settings, file, stack }, report);
}

function serviceNames(stack: MapNode, report: Report): readonly string[] {
  const node = stack.entries.get("services")?.node;
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return [];
  if (node.kind !== "map") report(keySpotAt(stack, ["services"]), "wanted a map of service names");
  const names = node.kind === "map" ? [...node.entries.keys()] : [];
  return names.filter((name) => {
    const result = serviceName.safeParse(name);
    const wanted = result.error?.issues[0]?.message;
    if (!result.success)
      report(keySpotAt(stack, ["services", name]), `wanted ${wanted}, found ${JSON.stringify(name)}`);
    return result.success;
  });
}

/** "opik:" without a value means "opik: {}". */
function emptyEntry(stack: MapNode, name: string): MapNode {
  const services = stack.entries.get("services");
  const entry = services?.node.kind === "map" ? services.node.entries.get(name) : undefined;
  if (entry?.node.kind !== "scalar" || entry.node.value !== null || services?.node.kind !== "map") return stack;
  const empty: MapNode = { kind: "map", entries: new Map(), place: entry.node.place };
  const filled = new Map(services.node.entries).set(name, { ...entry, node: empty });
  return {
    ...stack,
    entries: new Map(stack.entries).set("services", { ...services, node: { ...services.node, entries: filled } }),
  };
}

type Parts = Pick<ServiceDraft, "name" | "from" | "entry" | "written" | "file" | "stack"> & { readonly domain: string };

function makeDraft(parts: Parts, report: Report): ServiceDraft {
  const { name, from, entry, written, file, stack } = parts;
  const asWritten = resolveSettings({ service: name, declarations: written.settings, file, stack }, report);
  const settings = withGivenGpu({ ...parts, settings: asWritten }, report);
  const second = from !== name;
  const user = entry.account.user ?? (second ? `${name.slice(0, 27)}-user` : written.account.user);
  const home = entry.account.home ?? (second ? `/var/lib/${name}` : written.account.home);
  for (const port of Object.keys(entry.ports)) {
    if (Object.hasOwn(written.ports, port)) continue;
    const hint = suggest(port, Object.keys(written.ports), "ports of this service");
    report(keySpotAt(stack, ["services", name, "ports", port]), `${name} has no port ${JSON.stringify(port)}`, hint);
  }
  const hostPorts = Object.entries(written.ports).map(([port, { host }]) => [port, entry.ports[port] ?? host] as const);
  const hostNames = written.routes.map(({ host }, index) => {
    const own = !second ? host : index === 0 ? name : `${name}-${host}`;
    return [host, `${entry.hosts[host] ?? own}.${parts.domain}`] as const;
  });
  return {
    ...parts,
    settings,
    hostPorts: Object.fromEntries(hostPorts),
    hostNames: Object.fromEntries(hostNames),
    user,
    home,
  };
}
