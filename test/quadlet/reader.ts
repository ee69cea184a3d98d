/**
 * A second implementation of the way from a .container file to the program: what quadlet makes of it, then systemd, then
 * podman. Written from their sources and checked against what podman 5.4.2 and systemd 257 really did.
 */

type Entries = readonly (readonly [section: string, key: string, value: string])[];

/** pkg/systemd/parser/unitfile.go, Parse: trims every line, joins lines that end with a backslash. */
export function readEntries(text: string): Entries {
  const entries: [string, string, string][] = [];
  let section = "";
  let pending = "";
  for (const raw of text.split("\n")) {
    const line = raw.replace(/^[\s\u0085]+|[\s\u0085]+$/gu, "");
    if (line === "" || line[0] === "#" || line[0] === ";") continue;
    if (line.endsWith("\\")) {
      pending += line.slice(0, -1);
      continue;
    }
    const whole = pending + line;
    pending = "";
    if (whole.startsWith("[") && whole.endsWith("]")) section = whole.slice(1, -1);
    else {
      const equals = whole.indexOf("=");
      if (equals < 1) throw new Error(`quadlet refuses the line ${JSON.stringify(whole)}`);
      entries.push([section, whole.slice(0, equals).trimEnd(), whole.slice(equals + 1).replace(/^[\s\u0085]+/u, "")]);
    }
  }
  return entries;
}

const letters: Record<string, string> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", s: " " };

/** extract_first_word of systemd with UNQUOTE, and CUNESCAPE where `escapes`; quadlet's port ends at an empty word. */
export function extractWords(value: string, escapes: boolean, reader: "quadlet" | "systemd"): string[] {
  const words: string[] = [];
  const chars = [...value];
  let at = 0;
  for (;;) {
    while (at < chars.length && " \t\n\r".includes(chars[at] as string)) at++;
    if (at >= chars.length) return words;
    if (reader === "systemd" && /^;(?:[ \t\n\r]|$)/.test(chars.slice(at, at + 2).join(""))) {
      throw new Error("systemd: a second command begins");
    }
    let word = "";
    let quote = "";
    for (; at < chars.length; at++) {
      const c = chars[at] as string;
      if (c === "\\" && escapes) {
        const next = chars[++at] ?? "";
        if (next === "x") {
          const code = Number.parseInt(`${chars[at + 1]}${chars[at + 2]}`, 16);
          // For systemd \xNN is a byte; alone it is no UTF-8 from 0x80 on.
          word += code >= 0x80 && reader === "systemd" ? "\ufffd" : String.fromCharCode(code);
          at += 2;
        } else if (next === "u") {
          word += String.fromCharCode(Number.parseInt(chars.slice(at + 1, at + 5).join(""), 16));
          at += 4;
        } else if (next in letters) word += letters[next];
        else if ("\\\"'".includes(next) && next !== "") word += next;
        else throw new Error(`unknown escape \\${next} in ${JSON.stringify(value)}`);
      } else if (quote !== "") {
        if (c === quote) quote = "";
        else word += c;
      } else if (c === '"' || c === "'") quote = c;
      else if (" \t\n\r".includes(c)) break;
      else word += c;
    }
    if (quote !== "") throw new Error(`unbalanced quotes in ${JSON.stringify(value)}`);
    if (word === "" && reader === "quadlet") return words;
    words.push(word);
  }
}

const plainEscapes: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\f": "\\f",
  "\\": "\\\\",
  " ": " ",
  '"': '\\"',
  "'": "'",
};

/** pkg/systemd/parser/split.go, escapeWords: what quadlet writes behind ExecStart=. */
export function requote(words: readonly string[]): string {
  return words
    .map((word) => {
      // `c > 128` lets U+0080 through to the control characters
      if (word !== "" && !/[\s\u0000-\u001f\u007f\u0080"'\\]/.test(word.replace(/[^\u0000-\u0080]/g, ""))) return word;
      const inner = [...word].map((c) => {
        const code = c.codePointAt(0) ?? 0;
        if (code > 128 || (code > 32 && code < 127 && !'"\\'.includes(c))) return c;
        return plainEscapes[c] ?? `\\x${code.toString(16).padStart(2, "0")}`;
      });
      return `"${inner.join("")}"`;
    })
    .join(" ");
}

/** config_parse_exec and replace_env_argv of systemd, for one command without prefixes. */
export function readCommand(commandLine: string, variables: Readonly<Record<string, string>>): string[] {
  if (/[\uD800-\uDFFF\p{Noncharacter_Code_Point}]/u.test(commandLine)) throw new Error("systemd: not UTF-8 clean");
  return extractWords(commandLine, true, "systemd").map((word) => {
    const specified = word.replace(/%(.)/gsu, (_, letter: string) => {
      if (letter === "%") return "%";
      if (letter === "i") return "";
      throw new Error(`systemd: specifier %${letter}`);
    });
    if (/^\$[^${]/.test(specified)) throw new Error(`systemd: ${specified} is split into words`);
    return specified.replace(/\$\$|\$\{([^}]*)\}/g, (all, name: string | undefined) => {
      if (all === "$$") return "$";
      const found = variables[name ?? ""];
      if (found === undefined) throw new Error(`systemd: variable ${name} is not set`);
      return found;
    });
  });
}

export interface Seen {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Words that podman gets for a key, after both readers. */
  readonly option: (key: string) => readonly string[];
}

/** What the program inside the container sees. */
export function readContainer(text: string): Seen {
  const entries = readEntries(text);
  const all = (key: string, section = "Container") =>
    entries.filter(([s, k]) => s === section && k === key).map(([, , value]) => value);
  const variables = Object.fromEntries(
    all("Environment", "Service").flatMap((value) =>
      extractWords(value, true, "systemd").map((word) => {
        const [name = "", ...rest] = word.split("=");
        return [name, rest.join("=").replaceAll("%%", "%")];
      }),
    ),
  );
  const through = (words: readonly string[]) => readCommand(requote(["podman", ...words]), variables).slice(1);
  const split = (values: readonly string[]) => values.flatMap((value) => extractWords(value, true, "quadlet"));
  const assignments = through(split(all("Environment"))).map((word) => {
    const equals = word.indexOf("=");
    // podman run --env, seen with 5.4.2
    return [word.slice(0, equals), word.slice(equals + 1).replaceAll("\r\n", "\n")];
  });
  const podmanArgs = through(split(all("PodmanArgs")));
  const inherited = podmanArgs.flatMap((word, index) => {
    const name = podmanArgs[index + 1] ?? "";
    return word === "--env" ? [[name, variables[name] ?? "(unset)"]] : [];
  });
  return {
    command: through(split(all("Exec").slice(-1))),
    environment: Object.fromEntries([...assignments, ...inherited]),
    option: (key) => {
      const values = all(key);
      if (["AddDevice", "AddCapability"].includes(key)) {
        return through(values.flatMap((value) => extractWords(value, false, "quadlet")));
      }
      if (["PodmanArgs", "Secret"].includes(key)) return through(split(values));
      if (["Volume", "Network", "Tmpfs", "AddHost", "Ulimit", "PublishPort"].includes(key)) return through(values);
      // Lookup: before 5.8.2 every double quote at either end is cut off
      return through(values.slice(-1).map((value) => value.replace(/[\s\u0085]+$/u, "").replace(/^"+|"+$/g, "")));
    },
  };
}
