/** YAML text to placed nodes. Plain data only: one document, no tags, no cycles, no duplicate keys. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Range,
  type Node as YamlNode,
} from "yaml";
import type { MapEntry, MapNode, Node, Place, Scalar } from "./node.ts";
import { unpackMap } from "./packed.ts";
import { preparsed } from "./preparsed.ts";
import type { Report } from "./report.ts";

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

interface Reader {
  readonly document: Document.Parsed;
  readonly placeOf: (node: { readonly range?: Range | null }) => Place;
  readonly report: (place: Place, message: string, hint?: string) => void;
  /** Containers around the value being read: an alias to one of them never ends. */
  readonly around: Set<YamlNode>;
  /** Values that were read through aliases, and how many aliases are around the one being read. */
  readonly copies: { made: number; depth: number };
}

/** More than any site needs; a few lines of aliases to aliases make billions. */
const MOST_COPIES = 10_000;

/** One of ours as we wrote it: the build has read it, and the tests have found no fault in it. */
export function isBuiltIn({ text }: SourceFile): boolean {
  return preparsed.has(text);
}

/** An empty file is an empty map. Undefined where the text is not usable; the findings say why. */
export function parseYaml(source: SourceFile, report: Report): MapNode | undefined {
  const built = preparsed.get(source.text);
  if (built !== undefined) return unpackMap(JSON.parse(built), source.file);
  const lines = new LineCounter();
  // The library compares each key with all others of its map: readMap looks it up instead.
  const document = parseDocument(source.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let broken = false;
  const complain = (place: Place, message: string, hint?: string): void => {
    broken = true;
    report({ place, path: "" }, message, hint);
  };
  for (const error of [...document.errors, ...document.warnings]) complain(at(error.pos[0]), yamlMessage(error));
  // With an error the rest is a guess; a tag, which is a warning only, leaves everything else as it is written.
  if (document.errors.length > 0) return undefined;

  const empty: MapNode = { kind: "map", entries: new Map(), place: at(0) };
  if (document.contents === null) return broken ? undefined : empty;
  const placeOf = (node: { readonly range?: Range | null }): Place => at(node.range?.[0] ?? 0);
  const root = readNode(document.contents, {
    document,
    placeOf,
    report: complain,
    around: new Set(),
    copies: { made: 0, depth: 0 },
  });
  if (broken || root === undefined) return undefined;
  if (root.kind === "map") return root;
  if (root.kind === "scalar" && root.value === null) return empty;
  complain(root.place, "the file must hold a map of keys and values");
  return undefined;
}

function yamlMessage(error: { readonly code: string; readonly message: string }): string {
  if (error.code === "MULTIPLE_DOCS") return "the file holds more than one document: remove the --- line";
  const message = error.message.split("\n")[0] ?? error.message;
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function readNode(node: YamlNode, reader: Reader): Node | undefined {
  const place = reader.placeOf(node);
  if (isAlias(node)) {
    const target = node.resolve(reader.document);
    if (target === undefined) return complain(reader, place, `no anchor is named "${node.source}"`);
    if (reader.around.has(target)) return complain(reader, place, `"*${node.source}" contains itself`);
    return readCopy(target, place, reader);
  }
  if (reader.copies.depth > 0) reader.copies.made += 1;
  if (isScalar(node)) return readScalar(node, place, reader);
  reader.around.add(node);
  try {
    if (isSeq<YamlNode>(node)) {
      const items = node.items.map((item) => readNode(item, reader));
      return { kind: "list", items: items.filter((item) => item !== undefined), place };
    }
    return isMap<YamlNode, YamlNode | null>(node) ? readMap(node.items, place, reader) : undefined;
  } finally {
    reader.around.delete(node);
  }
}

/** Says it once, where it became too much. */
function readCopy(target: YamlNode, place: Place, reader: Reader): Node | undefined {
  const { copies } = reader;
  if (copies.made > MOST_COPIES) return undefined;
  copies.depth += 1;
  const node = readNode(target, reader);
  copies.depth -= 1;
  if (copies.made > MOST_COPIES && copies.depth === 0) {
    return complain(reader, place, `the aliases of this file stand for more than ${MOST_COPIES} values`);
  }
  return node;
}

function readMap(
  pairs: readonly { readonly key: YamlNode; readonly value: YamlNode | null }[],
  place: Place,
  reader: Reader,
): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const { key, value } of pairs) {
    const keyPlace = reader.placeOf(key);
    // Objects cannot hold "__proto__" as an ordinary key, so no part of the program has to think of it.
    if (!isScalar(key) || String(key.value) === "__proto__") {
      complain(reader, keyPlace, "this cannot be a key");
      continue;
    }
    const empty: Node = { kind: "scalar", value: null, text: "", place: keyPlace };
    const node = value === null ? empty : readNode(value, reader);
    const name = typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
    if (entries.has(name)) complain(reader, keyPlace, "the key is already there above");
    else if (node !== undefined) entries.set(name, { keyPlace, node });
  }
  return { kind: "map", entries, place };
}

function readScalar(node: { value: unknown; source?: string }, place: Place, reader: Reader): Node | undefined {
  const { value } = node;
  if (value === null || typeof value === "boolean" || typeof value === "number") {
    return { kind: "scalar", value, text: node.source ?? String(value), place };
  }
  if (typeof value !== "string") return complain(reader, place, "this kind of value is not supported");
  if (value.includes("\0")) return complain(reader, place, "holds a NUL character, which no program can receive");
  if (/\p{Surrogate}/u.test(value)) return complain(reader, place, "holds half of a surrogate pair, which is not text");
  // systemd takes a unit file with one for damaged and ignores the line.
  if (/\p{Noncharacter_Code_Point}/u.test(value)) {
    return complain(reader, place, "holds a Unicode noncharacter, which systemd does not accept");
  }
  return { kind: "scalar", value: value satisfies Scalar, text: value, place };
}

function complain(reader: Reader, place: Place, message: string): undefined {
  reader.report(place, message);
  return undefined;
}
