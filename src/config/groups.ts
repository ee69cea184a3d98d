/** Groups of the catalogue: one line of stack.yaml switches on every service that says it belongs to one. */
import { nearest } from "../model/nearest.ts";
import { type MapEntry, type MapNode, nodeAt, toPlain } from "./node.ts";
import { describeValue, keySpotAt, type Report, spotAt } from "./report.ts";
import { headerSchema } from "./schema/stack.ts";
import type { ServiceFiles } from "./service-files.ts";

/** The stack without these lines, and with an entry for each service that they switch on and that has none of its own. */
export function withGroups(stack: MapNode, files: ServiceFiles, report: Report): MapNode {
  const header = Object.keys(headerSchema.shape);
  // Which groups there are, all files say: only who names one waits for them.
  if ([...stack.entries.keys()].every((key) => header.includes(key))) return stack;
  const groups = [...new Set(files.names.flatMap((name) => files.get(name)?.written?.group?.name ?? []))];
  const entries = new Map(stack.entries);
  const added = new Map<string, MapEntry>();
  for (const [key, entry] of stack.entries) {
    if (header.includes(key)) continue;
    const near = nearest(key, groups);
    if (!groups.includes(key) && near === undefined) continue;
    entries.delete(key);
    if (!groups.includes(key)) {
      report(keySpotAt(stack, [key]), `unknown key ${JSON.stringify(key)}`, `did you mean ${near}?`);
    } else if (entry.node.kind !== "scalar" || typeof entry.node.value !== "boolean") {
      report(
        spotAt(stack, [key]),
        `wanted true or false, found ${describeValue(toPlain(entry.node))}`,
        `true switches on the group ${key}`,
      );
    } else if (entry.node.value) {
      for (const name of membersOf(key, files, stack))
        added.set(name, { keyPlace: entry.keyPlace, node: empty(entry) });
    }
  }
  const services = entries.get("services");
  // Anything else under that key is a fault, and is said elsewhere.
  const isMap = services?.node.kind === "map" || (services?.node.kind === "scalar" && services.node.value === null);
  if (added.size > 0 && (services === undefined || isMap)) {
    const own = services?.node.kind === "map" ? services.node.entries : new Map<string, MapEntry>();
    const [first] = added.values();
    const place = services?.node.place ?? first?.node.place ?? stack.place;
    const all = new Map([...own, ...[...added].filter(([name]) => !own.has(name))]);
    entries.set("services", { keyPlace: services?.keyPlace ?? place, node: { kind: "map", entries: all, place } });
  }
  return { ...stack, entries };
}

function empty({ node }: MapEntry): MapNode {
  return { kind: "map", entries: new Map(), place: node.place };
}

/** Where `beside` names services, one of them must be in the stack, under its own name or as the file of another one. */
function membersOf(group: string, files: ServiceFiles, stack: MapNode): readonly string[] {
  const there = filesInUse(stack);
  return files.names.flatMap((name) => {
    const own = files.get(name)?.written?.group;
    if (own?.name !== group) return [];
    const { beside } = own;
    return beside.length === 0 || beside.some((other) => there.has(other)) ? [name] : [];
  });
}

function filesInUse(stack: MapNode): ReadonlySet<string> {
  const services = nodeAt(stack, ["services"]);
  const entries = services?.kind === "map" ? [...services.entries] : [];
  return new Set(
    entries.flatMap(([name, { node }]) => {
      const value = (key: string): unknown => {
        const found = nodeAt(node, [key]);
        return found?.kind === "scalar" ? found.value : undefined;
      };
      return value("enabled") === false ? [] : [String(value("from") ?? name)];
    }),
  );
}
