/**
 * Values on their way into a unit file, so that the program in the container sees exactly the configured string.
 *
 * A value is read twice: quadlet splits and unescapes it, then writes it into ExecStart= with escapes of its own; systemd
 * unescapes that, expands %x and ${X}, and passes it on. So first the characters are made safe for systemd (`literal`), then
 * the result is quoted the way that quadlet reads the key (one helper per split mode).
 */
import { userError } from "../model/diagnostic.ts";

/**
 * A specifier that is empty in every unit that is no template instance. It keeps what quadlet would strip or drop: an empty
 * argument ends quadlet's list (split.go, extractFirstWord), blanks and quotes at the ends of a line are cut off.
 */
const NOTHING = "%i";

/** A word ";" would start a second command in ExecStart=, and quadlet does not quote it. */
const SEMICOLON = `;${NOTHING}`;

/** Characters that quadlet cannot carry are taken from variables of the podman process: see variablesOf. */
const VARIABLE = "INSTALL_QUADLETS_U";

function variable(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `\${${VARIABLE}${code}}`;
}

/** Doubles what systemd would expand. */
function literal(value: string): string {
  return (
    refuseUnspeakable(value)
      .replaceAll("%", "%%")
      .replaceAll("$", "$$$$")
      // quadlet writes \x80, which systemd takes for a byte and not for U+0080 (split.go: `c > 128` should be `>=`)
      .replaceAll("\u0080", variable("\u0080"))
  );
}

/** What no process argument can hold, or no unit file. */
function refuseUnspeakable(value: string): string {
  if (value.includes("\0")) throw userError("cannot-be-written", `${JSON.stringify(value)} holds a NUL character`);
  // systemd ignores the whole line: "String is not UTF-8 clean" (basic/utf8.c, unichar_is_valid)
  if (/[\uD800-\uDFFF\p{Noncharacter_Code_Point}]/u.test(value)) {
    throw userError(
      "cannot-be-written",
      `${JSON.stringify(value)} holds half a surrogate pair or a Unicode noncharacter`,
    );
  }
  return value;
}

const cEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** One word of a command line: bare where that is enough, otherwise in double quotes with C escapes. */
export function quoteArgument(word: string): string {
  if (word !== "" && !/[\s"'\\\u0000-\u001f\u007f\u0085]/.test(word) && !/^[#;]/.test(word)) return word;
  const escaped = word.replace(
    /[\\"\u0000-\u001f\u007f]/g,
    (c) => cEscapes[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}

function argument(value: string): string {
  if (value === "") return NOTHING;
  return value === ";" ? SEMICOLON : quoteArgument(literal(value));
}

/** Split mode args: PodmanArgs=, Exec=, Secret=, Mount=. */
export function args(...values: readonly string[]): string {
  return values.map(argument).join(" ");
}

/** Split mode keyval: Environment=, Label=. */
export function keyval(name: string, value: string): string {
  return argument(`${name}=${value}`);
}

/** Environment= of [Service]: systemd unquotes it and expands specifiers, but no variables. */
export function assignment(name: string, value: string): string {
  return quoteArgument(`${name}=${refuseUnspeakable(value).replaceAll("%", "%%")}`);
}

/** Split modes none and line: HealthCmd=, Volume=, Network=: no quoting at all, only the ends of the line are in danger. */
export function line(value: string): string {
  if (value === ";") return SEMICOLON;
  const text = literal(value).replaceAll("\n", variable("\n"));
  const before = /^[\s\u0085"]/.test(text) || text === "" ? NOTHING : "";
  const after = /[\s\u0085"\\]$/.test(text) ? NOTHING : "";
  return `${before}${text}${after}`;
}

/** Split mode words: AddCapability=, AddDevice=, Sysctl=: quotes work, backslashes are plain characters. */
export function words(...values: readonly string[]): string {
  return values.map(word).join(" ");
}

function word(value: string): string {
  if (value === "") return NOTHING;
  if (value === ";") return SEMICOLON;
  const text = literal(value).replaceAll("\n", variable("\n"));
  if (!/[\s\u0085"']/.test(text)) return text.endsWith("\\") ? text + NOTHING : text;
  // A double quote cannot be escaped here, only put into a part of the word that has single quotes.
  return text
    .split(/("+)/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith('"') ? `'${part}'` : `"${part}"`))
    .join("");
}

/** Free text in a key that systemd itself reads, as Description=: specifiers doubled, control characters to blanks. */
export function text(value: string): string {
  return value
    .replace(/[\u0000-\u001f\u007f]+/g, " ")
    .trim()
    .replaceAll("%", "%%")
    .replace(/\\+$/, "");
}

/** The variables that the values of a unit refer to, as values of Environment= in its [Service] section. */
export function variablesOf(unitText: string): readonly string[] {
  const found = unitText.matchAll(new RegExp(`\\$\\{${VARIABLE}([0-9A-F]{4})\\}`, "g"));
  const codes = new Set([...found].map((match) => match[1] ?? ""));
  return [...codes].sort().map((code) => `"${VARIABLE}${code}=\\u${code.toLowerCase()}"`);
}
