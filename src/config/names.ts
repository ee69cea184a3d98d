/** Names by which one part of a service file calls another: looked up in the file as written, so that no other fault hides them. */
import { suggest } from "../model/suggest.ts";
import { type MapNode, type Node, nodeAt, type Path } from "./node.ts";
import { keySpotAt, type Report, type Spot, spotAt } from "./report.ts";
import { name as nameSchema } from "./schema/fields.ts";

type Section = "containers" | "ports" | "secrets";

/** "*" is each item of a list or each value of a map, "KEY" each key of one. */
const USES: readonly (readonly [Section, readonly string[]])[] = [
  ["ports", ["routes", "*", "port"]],
  ["ports", ["terminates_tls", "client_port"]],
  ["ports", ["ports", "*", "twin_of"]],
  ["containers", ["terminates_tls", "detour", "container"]],
  ["secrets", ["containers", "*", "secrets", "*", "secret"]],
  ["containers", ["containers", "*", "after", "KEY"]],
  ["containers", ["files", "*", "restarts", "*"]],
  ["containers", ["files", "*", "reloads", "*"]],
  ["containers", ["secrets", "*", "generate", "rotate", "container"]],
  ["containers", ["routes_models", "container"]],
  ["containers", ["routes_models", "cache", "container"]],
  ["containers", ["routes_models", "database"]],
  ["ports", ["routes_models", "keys", "port"]],
  ["secrets", ["routes_models", "keys", "secret"]],
  ["containers", ["asks_models", "container"]],
  ["secrets", ["asks_models", "secret"]],
  ["ports", ["serves_models", "port"]],
  ["secrets", ["serves_models", "key"]],
  ["containers", ["serves_models", "store", "container"]],
  ["ports", ["metrics", "*", "port"]],
  ["secrets", ["metrics", "*", "secret"]],
  ["containers", ["scrapes", "container"]],
  ["ports", ["alerts", "port"]],
  ["ports", ["takes_traces", "*", "port"]],
  ["secrets", ["takes_traces", "*", "secret_headers"]],
  ["containers", ["sends_traces", "container"]],
  ["ports", ["asks", "*", "port"]],
  ["ports", ["answers_names", "port"]],
];

export function checkNames(service: string, file: MapNode, report: Report): void {
  for (const [section, pattern] of USES) {
    const known = namesIn(file, section);
    for (const { name, spot, path } of known === undefined ? [] : usesOf(file, pattern)) {
      if (known?.includes(name) || !nameSchema.safeParse(name).success) continue;
      const what = section.slice(0, -1);
      const message = section === "ports" ? `${service} has no port` : `no ${what} is named`;
      // A container that waits for another one does not mean itself.
      const others = path.at(-2) === "after" ? known?.filter((one) => one !== path[1]) : known;
      report(spot, `${message} ${JSON.stringify(name)}`, suggest(name, others ?? [], section));
    }
  }
}

/** Undefined where the section cannot be read: that is a finding already. */
function namesIn(file: MapNode, section: Section): readonly string[] | undefined {
  const node = nodeAt(file, [section]);
  if (node === undefined && (section !== "containers" || file.entries.has("quadlets"))) return [];
  return node?.kind === "map" ? [...node.entries.keys()] : undefined;
}

interface Use {
  readonly name: string;
  readonly spot: Spot;
  readonly path: Path;
}

function usesOf(file: MapNode, pattern: readonly string[]): readonly Use[] {
  const visit = (node: Node, [step, ...rest]: readonly string[], path: Path): readonly Use[] => {
    if (step === undefined) {
      if (node.kind !== "scalar" || typeof node.value !== "string") return [];
      return [{ name: node.text, spot: spotAt(file, path), path }];
    }
    if (step === "KEY") {
      const keys = node.kind === "map" ? [...node.entries.keys()] : [];
      return keys.map((name) => ({ name, spot: keySpotAt(file, [...path, name]), path: [...path, name] }));
    }
    return childrenOf(node, step).flatMap(([key, child]) => visit(child, rest, [...path, key]));
  };
  return visit(file, pattern, []);
}

function childrenOf(node: Node, step: string): readonly (readonly [string | number, Node])[] {
  if (node.kind === "list") return step === "*" ? [...node.items.entries()] : [];
  if (node.kind !== "map") return [];
  return [...node.entries].filter(([key]) => step === "*" || key === step).map(([key, entry]) => [key, entry.node]);
}
