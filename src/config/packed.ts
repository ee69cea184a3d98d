/** Nodes as plain JSON and back: the build parses the built-in files, so that no run has to. */
import type { MapEntry, MapNode, Node, Place, Scalar } from "./node.ts";

/** Line, column, then what is there: a value with its text where that differs, items, or entries with the place of each key. */
type Packed =
  | readonly ["scalar", number, number, Scalar, string?]
  | readonly ["list", number, number, readonly Packed[]]
  | readonly ["map", number, number, readonly PackedEntry[]];
type PackedEntry = readonly [key: string, line: number, column: number, node: Packed];

/** The file's name is not packed: the package lies elsewhere on every host. */
export function packNode(node: Node): Packed {
  const { line, column } = node.place;
  switch (node.kind) {
    case "scalar":
      return node.text === node.value
        ? [node.kind, line, column, node.value]
        : [node.kind, line, column, node.value, node.text];
    case "list":
      return [node.kind, line, column, node.items.map(packNode)];
    case "map":
      return [
        node.kind,
        line,
        column,
        [...node.entries].map(([key, { keyPlace, node: value }]) => [
          key,
          keyPlace.line,
          keyPlace.column,
          packNode(value),
        ]),
      ];
    default:
      return node satisfies never;
  }
}

export function unpackMap(packed: Packed, file: string): MapNode {
  const node = unpackNode(packed, file);
  if (node.kind !== "map") throw new Error(`${file}: what the build packed is no map`);
  return node;
}

function unpackNode([kind, line, column, content, text]: Packed, file: string): Node {
  const place: Place = { file, line, column };
  switch (kind) {
    case "scalar":
      return { kind, value: content, text: text ?? String(content), place };
    case "list":
      return { kind, items: content.map((item) => unpackNode(item, file)), place };
    case "map":
      return { kind, entries: new Map(content.map((entry) => unpackEntry(entry, file))), place };
    default:
      return kind satisfies never;
  }
}

function unpackEntry([key, line, column, node]: PackedEntry, file: string): readonly [string, MapEntry] {
  return [key, { keyPlace: { file, line, column }, node: unpackNode(node, file) }];
}
