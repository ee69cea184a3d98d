/** A small machine in a directory: the client script runs there for real, with stand-ins for what only root or a network has. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Each says to $LOG what it was asked; state is files in the machine. */
const STAND_INS = {
  "update-ca-certificates": 'echo "update-ca-certificates $*" >>"$LOG"',
  systemctl: 'case $* in *is-active*) test -e "$STATE/resolved" ;; *) echo "systemctl $*" >>"$LOG" ;; esac',
  resolvconf: 'echo "resolvconf $*" >>"$LOG"',
  getent: 'test -e "$STATE/answers" && echo "100.101.102.103 STREAM $2"',
  curl: 'test -e "$STATE/trusted" || { echo "curl: (60) not trusted"; exit 60; }',
};

export interface Machine {
  readonly run: (...args: string[]) => {
    readonly code: number;
    readonly output: string;
    readonly log: readonly string[];
  };
  readonly write: (path: string, content: string) => void;
  readonly read: (path: string) => string;
  /** Everything in the machine: path, mode and content or link target. */
  readonly tree: () => readonly string[];
  readonly root: string;
}

export function makeMachine(script: string, shell: readonly string[]): Machine {
  const base = mkdtempSync(join(tmpdir(), "client-"));
  const [root, bin, state, log] = ["root", "bin", "state", "log"].map((name) => join(base, name)) as [
    string,
    string,
    string,
    string,
  ];
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  mkdirSync(bin);
  for (const name of ["answers", "trusted"]) writeFileSync(join(mkdir(state), name), "");
  for (const [name, body] of Object.entries(STAND_INS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const path of ["etc/systemd/resolved.conf.d", "usr/local/share/ca-certificates"]) mkdir(join(root, path));
  write("etc/resolv.conf", "search lan\nnameserver 192.0.2.1\n# no newline at the end");
  const environment = { PATH: `${bin}:/usr/bin:/bin`, INSTALL_CLIENT_ROOT: root, LOG: log, STATE: state, TMPDIR: base };
  return {
    root,
    write,
    read: (path) => readFileSync(join(root, path), "utf8"),
    run: (...args) => {
      writeFileSync(log, "");
      const [program = "sh", ...first] = shell;
      const result = spawnSync(program, [...first, "-s", "--", ...args], {
        input: script,
        encoding: "utf8",
        env: environment,
      });
      const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
      return { code: result.status ?? -1, output: result.stdout + result.stderr, log: lines };
    },
    tree: () => list(root).map((path) => describe(root, path)),
  };
}

/** Turns a stand-in's answer on or off: "resolved", "answers", "trusted". */
export function setState(machine: Machine, name: string, on: boolean): void {
  const file = join(dirname(machine.root), "state", name);
  spawnSync(on ? "touch" : "rm", [file]);
}

export function hasProgram(name: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((directory) => existsSync(join(directory, name)));
}

function mkdir(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

function list(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
}

function describe(root: string, path: string): string {
  const full = join(root, path);
  const link = spawnSync("readlink", [full]).status === 0;
  if (link) return `${path} -> ${readlinkSync(full)}`;
  const { mode } = statSync(full);
  return `${path} ${mode.toString(8)} ${statSync(full).isDirectory() ? "" : readFileSync(full, "base64")}`;
}
