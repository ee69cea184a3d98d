/** stack.yaml with other settings of a service; comments and everything else stay, to the byte. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  parseDocument,
  type YAMLMap,
  type Node as YamlNode,
} from "yaml";
import { userError } from "../model/diagnostic.ts";
import type { SettingValue } from "../model/service.ts";

/** Below the service's entry: ["settings", "model"]. Undefined takes what is written there away. */
export interface Edit {
  readonly path: readonly string[];
  readonly value: SettingValue | undefined;
}

export function withSettings(file: string, text: string, service: string, edits: readonly Edit[]): string {
  return edits.reduce((now, { path, value }) => withValue(file, now, ["services", service, ...path], value), text);
}

type Value = SettingValue | readonly object[] | Readonly<Record<string, never>>;

/** What is written at a place of a file; undefined where nothing is, and where the file cannot be read. */
export function writtenAt(text: string, path: readonly string[]): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined),
    document.toJS(),
  );
}

/**
 * The same for a value anywhere in a file of the site. What was pasted together is read again: where it does not say what was meant, the
 * library writes the whole file anew.
 */
export function withValue(file: string, text: string, path: readonly string[], value: Value | undefined): string {
  const document = parseDocument(text, { prettyErrors: false });
  const { contents } = document;
  if (document.errors.length > 0 || !(contents === null || isMap(contents) || isEmpty(contents))) {
    throw userError(
      "unusable-file",
      `${file} cannot be edited: it is not as it should be`,
      `install-quadlets check ${file}`,
    );
  }
  if (!isMap(contents)) document.contents = document.createNode({}) as unknown as typeof contents;
  if (value === undefined && !document.hasIn(path)) return text;
  makeWay(document, path.slice(0, -1));
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value, { flow: true }));
  const wanted = JSON.stringify(document.toJS());
  const says = (candidate: string | undefined): candidate is string => {
    if (candidate === undefined) return false;
    const again = parseDocument(candidate, { prettyErrors: false });
    return again.errors.length === 0 && JSON.stringify(again.toJS() ?? {}) === wanted;
  };
  const pasted = value === undefined ? without(text, path) : pastedInto(text, path, valueText(value));
  if (says(pasted)) return pasted;
  return document.toString({ lineWidth: 0 });
}

/** Maps all the way: in place of nothing an empty one, in place of an alias what it stands for, which others keep as it is. */
function makeWay(document: Document.Parsed, path: readonly string[]): void {
  for (const depth of path.keys()) {
    const part = path.slice(0, depth + 1);
    const node = document.getIn(part, true);
    if (isMap(node)) continue;
    const plain: unknown = isAlias(node) ? node.resolve(document)?.toJS(document) : undefined;
    document.setIn(part, document.createNode(plain ?? {}, { flow: true }));
  }
}

/** Every value in one line, so that it may stand anywhere. */
function valueText(value: Value): string {
  if (isList(value)) return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
  if (typeof value === "object") return "{}";
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z][A-Za-z0-9._/-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function isList(value: Value): value is readonly unknown[] & Value {
  return Array.isArray(value);
}

function pastedInto(text: string, path: readonly string[], value: string): string | undefined {
  let at: YamlNode | null = parseDocument(text, { prettyErrors: false }).contents;
  for (const [depth, key] of path.entries()) {
    const rest = path.slice(depth);
    if (!isMap(at)) return replaced(text, at, nested(rest, value));
    const pair = at.items.find((one) => isScalar(one.key) && one.key.value === key);
    if (pair === undefined) return added(text, at, `${key}: ${nested(rest.slice(1), value)}`);
    at = isNode(pair.value) ? pair.value : null;
  }
  return replaced(text, at, value);
}

/** "{ settings: { model: X } }" */
function nested(path: readonly string[], value: string): string {
  return path.reduceRight((inner, key) => `{ ${key}: ${inner} }`, value);
}

/** In place of a value that is written in one piece; nothing at all is one, too. */
function replaced(text: string, node: YamlNode | null, value: string): string | undefined {
  if (node === null)
    return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${value.replace(/^\{ (.*) \}$/s, "$1")}\n`;
  const [start, end] = node.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  const space = start > 0 && !/\s/.test(text[start - 1] ?? " ") ? " " : "";
  return `${text.slice(0, start)}${space}${value}${text.slice(end)}`;
}

/** One pair more at the end of a map. */
function added(text: string, map: YAMLMap, pair: string): string | undefined {
  const last = map.items.at(-1);
  const [start, end] = map.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  if (map.flow === true) {
    const inside = last === undefined ? " " : text.slice(start + 1, end - 1).replace(/[\s,]+$/, ", ");
    return `${text.slice(0, start)}{${inside}${pair} }${text.slice(end)}`;
  }
  const lastNode = isNode(last?.value) ? last.value : last?.key;
  const position = isNode(lastNode) ? lastNode.range?.[2] : undefined;
  const first = map.items[0]?.key;
  const column = isNode(first) ? columnOf(text, first.range?.[0] ?? 0) : undefined;
  if (position === undefined || column === undefined) return undefined;
  const before = text.slice(0, position);
  return `${before}${before.endsWith("\n") ? "" : "\n"}${" ".repeat(column)}${pair}\n${text.slice(position)}`;
}

function columnOf(text: string, position: number): number {
  return position - (text.lastIndexOf("\n", position - 1) + 1);
}

/** Its lines, where it has lines of its own and is not all there is. */
function without(text: string, path: readonly string[]): string | undefined {
  const contents = parseDocument(text, { prettyErrors: false }).contents;
  const map = path.slice(0, -1).reduce<unknown>((at, key) => (isMap(at) ? at.get(key, true) : undefined), contents);
  const pair = isMap(map) ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined;
  if (!isMap(map) || pair === undefined) return text;
  const start = isNode(pair.key) ? pair.key.range?.[0] : undefined;
  const end = isNode(pair.value) ? pair.value.range?.[2] : undefined;
  if (map.flow === true || map.items.length < 2 || start === undefined || end === undefined) return undefined;
  const line = text.lastIndexOf("\n", start) + 1;
  return `${text.slice(0, line)}${text.slice(end)}`;
}

function isEmpty(node: YamlNode): boolean {
  return isScalar(node) && node.value === null;
}
