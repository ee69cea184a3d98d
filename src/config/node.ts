/** A parsed YAML value in which every part remembers the file, line and column it was written at. */

export interface Place {
  readonly file: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export type Scalar = string | number | boolean | null;
export type Path = readonly (string | number)[];

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: Scalar;
  /** As written, so that the version 1.10 does not become 1.1. For strings the same as `value`. */
  readonly text: string;
  readonly place: Place;
}
interface ListNode {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly place: Place;
}
export interface MapNode {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly place: Place;
}
export interface MapEntry {
  readonly keyPlace: Place;
  readonly node: Node;
}
export type Node = ScalarNode | ListNode | MapNode;

/** The same value without places, for the schema. */
export function toPlain(node: Node): unknown {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toPlain);
    case "map":
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toPlain(entry.node)]));
    default:
      return node satisfies never;
  }
}

/** Later wins: maps are merged key by key, everything else is replaced. An empty value leaves a map as it is. */
export function mergeNodes(base: Node, over: Node): Node {
  if (base.kind !== "map") return over;
  if (over.kind === "scalar" && over.value === null) return base;
  if (over.kind !== "map") return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : { ...entry, node: mergeNodes(below.node, entry.node) });
  }
  return { kind: "map", entries, place: over.place };
}

export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = childOf(node, step);
  }
  return node;
}

/** Where the value is written; where it is not, the nearest value around it. */
export function placeAt(root: Node, path: Path): Place {
  let place = root.place;
  let node: Node | undefined = root;
  for (const step of path) {
    node = node && childOf(node, step);
    if (node === undefined) return place;
    place = node.place;
  }
  return place;
}

/** Where the last key of the path is written. */
export function keyPlaceAt(root: Node, path: Path): Place {
  const parent = nodeAt(root, path.slice(0, -1));
  const entry = parent?.kind === "map" ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.keyPlace ?? placeAt(root, path);
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.kind === "map") return node.entries.get(String(step))?.node;
  return node.kind === "list" ? node.items[Number(step)] : undefined;
}
