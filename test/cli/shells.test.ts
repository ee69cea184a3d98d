/** The tab key in the shells themselves, with the files that a run leaves where they look for completion. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { COMPLETE } from "../../src/cli/completion.ts";
import { main as install } from "../../src/cli/install-program.ts";
import { main as opik } from "../../src/cli/opik-program.ts";
import { main as svc } from "../../src/cli/svc-program.ts";
import type { Site } from "../../src/render/site.ts";
import { renderSite, siteSources } from "../render/support.ts";

const MAINS = { svc, "install-quadlets": install, "opik-manage": opik };
const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";
const SHARE = "/usr/local/share/";

const ASKS: readonly (readonly [string, readonly string[]])[] = [
  ["svc sto", ["stop"]],
  ["svc status opik-", ["opik-mysql"]],
  ["svc stop opik op", ["opik-mysql"]],
  ["svc logs --fo", ["--follow"]],
  ["svc completion z", ["zsh"]],
  ["install-quadlets uninst", ["uninstall"]],
  ["install-quadlets ca ", ["help", "rotate", "show"]],
  ["install-quadlets --config /etc/x ca ro", ["rotate"]],
  ["opik-manage hea", ["health"]],
];
/** What is installed is not this machine's to say. */
const NAMED: Readonly<Record<string, string>> = {
  "svc status opik-": "opik-mysql\t\n",
  "svc stop opik op": "opik-mysql\t\n",
};

let root = "";

/** What a command prints, without a build of it. */
async function printed(program: keyof typeof MAINS, ...words: readonly string[]): Promise<string> {
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await MAINS[program](["node", program, ...words]);
  write.mockRestore();
  return text;
}

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "shells-"));
  const tool = { source: "/opt/x", build: "1-abc", node: "/opt/node/bin/node", pages: [] } as unknown as NonNullable<
    Site["tool"]
  >;
  for (const { path, content, optional } of renderSite(siteSources(), { tool }).files) {
    if (optional && path.startsWith(SHARE)) put(`share/${path.slice(SHARE.length)}`, content);
  }
  for (const program of Object.keys(MAINS) as (keyof typeof MAINS)[]) {
    for (const shell of ["bash", "zsh", "fish"])
      put(`said/${program}/completion ${shell} `, await printed(program, "completion", shell));
    // It says what the command says to these words, and nothing to others: so the words that a shell hands on are judged, too.
    put(`bin/${program}`, `#!/bin/sh\nexec cat "${root}/said/${program}/$(printf '%s ' "$@")"\n`, 0o755);
  }
  for (const [line] of ASKS) {
    const [program = "svc", ...typed] = line.split(" ");
    const text = NAMED[line] ?? (await printed(program as keyof typeof MAINS, COMPLETE, ...typed));
    put(`said/${program}/${[COMPLETE, ...typed, ""].join(" ")}`, text);
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function ask(shell: string, ...args: readonly string[]): readonly string[] {
  const env = { PATH: `${root}/bin:/usr/bin:/bin`, HOME: root, XDG_DATA_DIRS: `${root}/share`, LANG: "C.UTF-8" };
  const answer = execFileSync(shell, [...args], { encoding: "utf8", env, timeout: 60_000 });
  return answer
    .split(/\s+/)
    .filter((word) => word !== "" && word !== "--")
    .sort();
}

const has = (program: string) => spawnSync(program, ["-c", "true"]).status === 0;

/** scripts/test installs all three. */
describe("bash, which loads it at the first tab", () => {
  const there = spawnSync("test", ["-r", BASH_COMPLETION]).status === 0;
  test.skipIf(!there).each(ASKS)("%s", (line, expected) => {
    const words = line.split(" ");
    const [command = ""] = words;
    const script = `. ${BASH_COMPLETION}
if declare -F _comp_load >/dev/null; then _comp_load ${command}; else _completion_loader ${command}; fi
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_${command.replaceAll("-", "_")}; echo "\${COMPREPLY[*]}"`;
    expect(ask("bash", "-c", script)).toEqual(expected);
  });
});

describe("zsh, which has the function in its fpath", () => {
  test.skipIf(!has("zsh")).each(ASKS)("%s", (line, expected) => {
    const words = line.split(" ");
    const last = words.at(-1) ?? "";
    // compadd is a part of the line editor: what is offered to it is what counts, twice, for the second tab is another function.
    const script = `fpath=("${root}/share/zsh/site-functions" $fpath); autoload -Uz compinit; compinit -D -u
compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- "$@" }
words=(${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length}
\${_comps[${words[0]}]} >/dev/null; \${_comps[${words[0]}]}`;
    expect(ask("zsh", "-fc", script).filter((word) => word.startsWith(last))).toEqual(expected);
  });
});

describe("fish, which reads the vendors' files", () => {
  test.skipIf(!has("fish")).each(ASKS)("%s", (line, expected) => {
    const offered = ask("fish", "-c", `complete -C "${line}" | string replace --regex '\\t.*' ''; true`);
    expect(offered).toEqual(expected);
  });
});
