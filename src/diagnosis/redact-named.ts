/** Secrets by the name in front of them: assignments, YAML, JSON, flags. */

/** Not "tokens", "tokenizer", "keyboard": what counts them, or only begins so. */
const NAME =
  "[A-Za-z0-9_.-]*(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|auth|api[_-]?key|apikey|(?:private|secret|access|encryption|signing|master|auth|ssh|license)[_-]?key|salt|cookie|dsn)(?:[_-](?:value|data|hash|base64|b64|file|id|key|[0-9]+))*";
/** NAME="a b", NAME=ab: in an environment, a command line, a unit; also after a flag's two dashes. */
const ASSIGNED = new RegExp(
  `((?<![A-Za-z0-9_])${NAME})(=)("(?:[^"\\\\]|\\\\[\\s\\S])*"?|'[^']*'?|(?:\\\\\\n|[^\\s"',;&])+)`,
  "gi",
);
/** Around the whole: Environment="NAME=a b". */
const QUOTED = new RegExp(`(["'])(${NAME}=)((?:(?!\\1)[^\\\\]|\\\\[\\s\\S])*)\\1`, "gi");
const FLAG = new RegExp(`(--${NAME})(\\s+)(?!-)("[^"]*"|'[^']*'|\\S+)`, "gi");
/** "NAME": "value" */
const JSON_PAIR = new RegExp(`("${NAME}"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|[^\\s,}\\]]+)`, "gi");
/** In braces: { password: abc, user: x } */
const FLOW_PAIR = new RegExp(`([{,]\\s*["']?${NAME}["']?\\s*:\\s+)("[^"]*"|'[^']*'|[^,}\\n]+)`, "gi");
/** NAME: value, to the end of the line; also in a log. */
const LINE_PAIR = new RegExp(`^(\\s*(?:- +)?)(["']?${NAME}["']?\\s*:)(?:\\s+(\\S.*))?$`, "i");
const PROSE = new RegExp(
  `((?<![A-Za-z0-9_])${NAME}["']?:\\s+["']?)(?!(?:yes|no|true|false|null|none)\\b)([^\\s"',;]{4,})`,
  "gi",
);
/** "the password is abc1": a word with a digit in it, or every sentence about secrets would lose its verb's object. */
const SENTENCE = new RegExp(`((?<![A-Za-z0-9_])${NAME} is ["']?)(?=[^\\s"',;]*\\d)[^\\s"',;]{4,}`, "gi");

export function redactNamed(text: string, gone: string): string {
  return byLines(text, gone)
    .replace(QUOTED, `$1$2${gone}$1`)
    .replace(ASSIGNED, (all, name: string, equals: string) => (isName(name) ? all : `${name}${equals}${gone}`))
    .replace(FLAG, `$1$2${gone}`)
    .replace(JSON_PAIR, `$1"${gone}"`)
    .replace(FLOW_PAIR, `$1${gone}`)
    .replace(SENTENCE, `$1${gone}`)
    .replace(PROSE, (all, name: string, value: string) => (value.startsWith(gone) ? all : `${name}${gone}`));
}

/** Secret=NAME,type=env of a quadlet names one, and holds none. */
function isName(key: string): boolean {
  return key === "Secret";
}

/** YAML: what is on the line, and where that only begins it, all that is further in. */
function byLines(text: string, gone: string): string {
  const kept: string[] = [];
  let within: number | undefined;
  for (const line of text.split("\n")) {
    const indent = line.length - line.trimStart().length;
    if (within !== undefined && (line.trim() === "" || indent > within)) continue;
    within = undefined;
    const [, space = "", name, value = ""] = LINE_PAIR.exec(line) ?? [];
    if (name === undefined) {
      kept.push(line);
      continue;
    }
    kept.push(`${space}${name} ${gone}`);
    if (value === "" || /^([|>][-+0-9]*|["'].*[^"']|\{[^}]*|\[[^\]]*)\s*(#.*)?$/.test(value)) within = space.length;
  }
  return kept.join("\n");
}
