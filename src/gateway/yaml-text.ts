/** Plain values as YAML that says the same to every reader, YAML 1.1 (PyYAML) among them. */

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value | undefined };

/** Block style; what is undefined is left out. Ends without a line feed. */
export function yamlText(value: { readonly [key: string]: Value | undefined }): string {
  return linesOf(value).join("\n");
}

function linesOf(value: Value): readonly string[] {
  if (typeof value !== "object" || isShort(value)) return [inline(value)];
  if (isList(value)) return value.flatMap((item) => indented(linesOf(item), "- ", "  "));
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return [];
    if (typeof item !== "object" || isShort(item)) return [`${keyText(key)}: ${inline(item)}`];
    return [`${keyText(key)}:`, ...indented(linesOf(item), "  ", "  ")];
  });
}

/** Empty, or a list of plain values: on one line. */
function isShort(value: Value): boolean {
  if (isList(value)) return value.every((item) => typeof item !== "object");
  return typeof value === "object" && Object.values(value).every((item) => item === undefined);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function inline(value: Value): string {
  if (isList(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object") return "{}";
  if (typeof value === "string") return quoted(value);
  return typeof value === "number" ? decimal(value) : String(value);
}

/** Always in quotes: YAML 1.1 reads `no`, `1_000` and `12:30` as something else. */
function quoted(text: string): string {
  const escaped = [...JSON.stringify(text)].map((letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (code >= 0x20 && code < 0x7f) return letter;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return escaped.join("");
}

/** Without quotes where no reader sees more in it than letters: the words that mean something have at most three, but for these. */
function keyText(key: string): string {
  return /^(?!true$|false$|null$)[a-z_]{4,}$/.test(key) ? key : quoted(key);
}

/** Never with an exponent alone: PyYAML takes 1e-7 for a text. */
function decimal(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} is no number that YAML has`);
  const text = String(value);
  return text.includes("e") ? value.toFixed(20).replace(/0+$/, "").replace(/\.$/, "") : text;
}

function indented(lines: readonly string[], first: string, others: string): readonly string[] {
  return lines.map((line, index) => `${index === 0 ? first : others}${line}`);
}
