/** keys.yaml with a key more or less; comments and everything else stay, to the byte where it is written in lines. */
import { type Document, isMap, isNode, isScalar, parseDocument, stringify, type YAMLMap } from "yaml";
import { userError } from "../model/diagnostic.ts";

/** What stands behind a name, as it is written. */
export type KeyEntry = Readonly<Record<string, unknown>>;

export function withKey(file: string, text: string, name: string, entry: KeyEntry): string {
  const { document, keys } = parse(file, text);
  if (keys?.has(name) === true) {
    throw userError("already-there", `${file} has a key ${name} already`, "edit it there, or choose another name");
  }
  const written = stringify({ [name]: entry }, { lineWidth: 0 });
  if (keys !== undefined && inLines(keys))
    return spliced(text, endOf(keys), 0, indented(written, columnOf(keys, text)));
  // `keys: {}`, or nothing: the section is written anew, in lines.
  const others = keys === undefined ? {} : keys.toJSON();
  if (document.contents === null) document.contents = document.createNode({});
  document.set("keys", document.createNode({ ...others, [name]: entry }));
  return document.toString({ lineWidth: 0 });
}

/** Undefined where it is not there. */
export function withoutKey(file: string, text: string, name: string): string | undefined {
  const { document, keys } = parse(file, text);
  const pair = keys?.items.find(({ key }) => isScalar(key) && key.value === name);
  if (keys === undefined || pair === undefined) return undefined;
  const start = isNode(pair.key) ? pair.key.range?.[0] : undefined;
  const end = isNode(pair.value) ? pair.value.range?.[2] : undefined;
  if (inLines(keys) && keys.items.length > 1 && start !== undefined && end !== undefined) {
    const line = text.lastIndexOf("\n", start) + 1;
    return spliced(text, line, end - line, "");
  }
  document.deleteIn(["keys", name]);
  return document.toString({ lineWidth: 0 });
}

function parse(file: string, text: string): { readonly document: Document; readonly keys: YAMLMap | undefined } {
  const document: Document = parseDocument(text, { prettyErrors: false });
  const { contents } = document;
  const keys = isMap(contents) ? contents.get("keys", true) : undefined;
  const isEmpty = keys === undefined || (isScalar(keys) && keys.value === null);
  const isUsable = contents === null || isMap(contents);
  if (document.errors.length === 0 && isUsable && (isEmpty || isMap(keys))) {
    return { document, keys: isMap(keys) ? keys : undefined };
  }
  throw userError(
    "unusable-file",
    `${file} cannot be edited: it is not as it should be`,
    `install-quadlets check ${file}`,
  );
}

function inLines(keys: YAMLMap): boolean {
  return keys.flow !== true && keys.items.length > 0;
}

function endOf(keys: YAMLMap): number {
  const last = keys.items.at(-1)?.value;
  return (isNode(last) ? last.range?.[2] : keys.range?.[2]) ?? 0;
}

function columnOf(keys: YAMLMap, text: string): number {
  const first = keys.items[0]?.key;
  const start = (isNode(first) ? first.range?.[0] : undefined) ?? 0;
  return start - (text.lastIndexOf("\n", start) + 1);
}

function indented(text: string, column: number): string {
  return text.replace(/^(?=.)/gm, " ".repeat(column));
}

function spliced(text: string, at: number, length: number, added: string): string {
  const before = text.slice(0, at);
  const end = added === "" || before.endsWith("\n") ? "" : "\n";
  return `${before}${end}${added}${text.slice(at + length)}`;
}
