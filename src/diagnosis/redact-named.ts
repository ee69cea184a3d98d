/** Secrets by the name in front of them: assignments, YAML, JSON, flags, sentences. No pattern goes past the end of a line. */

/** Not "tokens", "tokenizer", "keyboard": what counts them, or only begins so. */
const WORDS = [
  "pass(?:words?|wd|phrase|code)?",
  "pwd|secret|token|credentials?|auth|salt|cookie|dsn",
  "api[_-]?keys?|(?:private|secret|access|encryption|signing|master|auth|ssh|license)[_-]?keys?",
  "(?:auth|access|refresh|api|bearer|bot|secret)[_-]tokens",
].join("|");
const SUFFIX = "(?:[_-](?:value|data|hash|base64|b64|file|id|key|[0-9]+))*";
const NAME = `[A-Za-z0-9_.-]*(?:${WORDS})${SUFFIX}`;
/** So that a name is tried once, and not from each of its letters on. */
const START = "(?<![A-Za-z0-9_])";
const IN_QUOTES = `"(?:[^"\\\\\\n]|\\\\[\\s\\S])*"?|'[^'\\n]*'?`;
/** To the next blank; a quote or a sign that ends it belongs to what is around it. */
const BARE = `(?:\\\\\\n|(?!["'](?:[\\s,;)}\\]]|$))(?![&;,](?:[A-Za-z_.-]*=|\\s|$))\\S)+`;

/** NAME="a b", NAME=ab, NAME = ab: in an environment, a command line, a unit; also after a flag's two dashes. */
const ASSIGNED = new RegExp(`(${START}${NAME})([ \\t]*(?:=>|:=|=)[ \\t]*)(${IN_QUOTES}|${BARE})`, "gi");
/** Around the whole: Environment="NAME=a b". */
const QUOTED = new RegExp(`(["'])(${NAME}=)((?:(?!\\1)[^\\\\\\n]|\\\\[\\s\\S])*)\\1`, "gi");
const FLAG = new RegExp(`(${START}--${NAME})([ \\t]+)(?!-)(${IN_QUOTES}|\\S+)`, "gi");
/** "NAME": "value" */
const JSON_PAIR = new RegExp(`("${NAME}"\\s*:\\s*)("(?:[^"\\\\\\n]|\\\\.)*"?|[^\\s,}\\]]+)`, "gi");
/** In braces: { password: abc, user: x } */
const FLOW_PAIR = new RegExp(`([{,][ \\t]*["']?${NAME}["']?[ \\t]*:[ \\t]+)("[^"\\n]*"|'[^'\\n]*'|[^,}\\n]+)`, "gi");
/** NAME: value, to the end of the line; also in a log. */
const LINE_PAIR = new RegExp(`^(\\s*(?:- +)?)(["']?${NAME}["']?\\s*:)(?:\\s+(\\S.*))?$`, "i");
/** In the middle of a line; what says yes or no holds nothing. */
const NOTHING = "(?!(?:yes|no|true|false|null|none)\\b)";
const PROSE = new RegExp(`(${START}${NAME}["']?:[ \\t]+)("[^"\\n]*"?|'[^'\\n]*'?|${NOTHING}[^\\s"']{4,})`, "gi");
/** "the password is abc1": a word with a digit in it, or every sentence about secrets would lose its end. */
const SENTENCE = new RegExp(`(${START}${NAME} is ["']?)(?=[^\\s"',;]*\\d)[^\\s"',;]{4,}`, "gi");
/** SQL, netrc(5), and MySQL's own flag, which takes no blank. */
const SQL = /(\bidentified by(?: password)?\s+)("[^"\n]*"|'[^'\n]*'|[^\s;]+)/gi;
const NETRC = /(\blogin[ \t]+\S+[ \t]+password[ \t]+)\S+/gi;
const MYSQL = /(\bmysql[a-z]*[ \t][^\n|;]{0,200}?[ \t]-p)(?!=)[^\s-]\S*/gi;

export function redactNamed(text: string, gone: string): string {
  return byLines(text, gone)
    .replace(QUOTED, `$1$2${gone}$1`)
    .replace(ASSIGNED, (all, name: string, equals: string) => (isName(name) ? all : `${name}${equals}${gone}`))
    .replace(FLAG, `$1$2${gone}`)
    .replace(JSON_PAIR, `$1"${gone}"`)
    .replace(FLOW_PAIR, `$1${gone}`)
    .replace(SENTENCE, `$1${gone}`)
    .replace(PROSE, (all, name: string, value: string) => (value.startsWith(gone) ? all : `${name}${gone}`))
    .replace(SQL, `$1${gone}`)
    .replace(NETRC, `$1${gone}`)
    .replace(MYSQL, `$1${gone}`);
}

/** Secret=NAME,type=env of a quadlet names one, and holds none. */
function isName(key: string): boolean {
  return key === "Secret";
}

/** YAML: what is on the line, and where that only begins it, all that is further in, and a list right below. */
function byLines(text: string, gone: string): string {
  const kept: string[] = [];
  let within: number | undefined;
  let mayBeList = false;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    const isItem = mayBeList && indent === within && line.trimStart().startsWith("- ");
    if (within !== undefined && (line.trim() === "" || indent > within || isItem)) continue;
    within = undefined;
    const [, space = "", name, value = ""] = LINE_PAIR.exec(line) ?? [];
    if (name === undefined) {
      kept.push(line);
      continue;
    }
    kept.push(`${space}${name} ${gone}`);
    mayBeList = value === "";
    if (value === "" || /^([|>][-+0-9]*|["'].*[^"']|\{[^}]*|\[[^\]]*)\s*(#.*)?$/.test(value)) within = space.length;
  }
  return kept.join("\n");
}
