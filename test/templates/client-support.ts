/** Small machines in a directory: the client script runs there for real, with stand-ins for what only root or a network has. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** What POSIX, every Linux and macOS have; nothing else of this machine is seen by the script. */
const TOOLS =
  "sh sed grep cat cut tr cmp head tail mktemp rm mkdir rmdir touch cp mv tee cksum base64 readlink id ls uname env awk";

/** Each says to $LOG what it was asked to change; $STATE holds what it should answer. */
const STAND_INS: Readonly<Record<string, string>> = {
  systemctl: 'case $* in *is-active*) test -e "$STATE/resolved" ;; *) echo "systemctl $*" >>"$LOG" ;; esac',
  resolvectl: 'echo "systemd $(cat "$STATE/resolved") (test)"',
  // Reads what the script wrote, as the real ones do.
  getent: `found() {
    [ ! -e "$STATE/answers" ] || { echo 100.101.102.103; return; }
    cd "$INSTALL_CLIENT_ROOT/etc" && grep "^1.* $1$" hosts 2>/dev/null | cut -d ' ' -f 1
    cat systemd/dns-delegate.d/* NetworkManager/dnsmasq.d/* dnsmasq.d/* unbound/unbound.conf.d/* resolver/* 2>/dev/null | grep -o '100[.][0-9.]*'
  }
  [ -e "$STATE/silent" ] || found "$2" | sed "s/$/ STREAM $2/" | head -n 1 | grep .`,
  curl: `case $* in
    *https:*) test ! -e "$STATE/untrusted" || { echo "curl: (60) not trusted"; exit 60; } ;;
    *) test ! -e "$STATE/away" || { echo "curl: (28) timed out"; exit 28; } ;;
  esac`,
  wget: 'test ! -e "$STATE/away" || { echo "wget: timed out"; exit 1; }',
  dscacheutil: `case $1 in
    -q) getent ahostsv4 "$5" | sed 's/^\\([0-9.]*\\).*/ip_address: \\1/' ;;
    *) echo "dscacheutil $*" >>"$LOG" ;;
  esac`,
  security: `[ "$1" = find-certificate ] || echo "security $*" | sed "s#$INSTALL_CLIENT_ROOT##" >>"$LOG"
  case $1 in
    find-certificate) cat "$STATE/keychain" 2>/dev/null ;;
    add-trusted-cert) shift 6; echo "SHA-256 hash: $(sed /^-----/d "$1" | base64 -d | shasum -a 256 | cut -d ' ' -f 1 | tr a-f A-F)" >"$STATE/keychain" ;;
    delete-certificate) rm -f "$STATE/keychain" ;;
  esac`,
  // A keystore of lines; the real one is no more undone to the byte by -delete than this.
  keytool: `log() { echo "keytool $1" >>"$LOG"; }
  while [ $# -gt 0 ]; do case $1 in -alias) alias=$2 ;; -keystore) file=$2 ;; -importcert | -exportcert | -delete) verb=$1 ;; esac; shift; done
  case $verb in
    -importcert) log import; { echo "$alias:"; cat; echo "end $alias"; } >>"$file" ;;
    -exportcert) sed -n "/^$alias:$/,/^end $alias$/p" "$file" | sed '1d;$d' | grep . ;;
    -delete) log delete; sed -i "/^$alias:$/,/^end $alias$/d" "$file"; echo "# deleted" >>"$file" ;;
  esac`,
};

export interface Layout {
  /** Programs that only say that they were called. */
  readonly commands: readonly string[];
  /** Programs of the list above. */
  readonly standIns?: readonly string[];
  /** This machine's own programs, by name. */
  readonly real?: readonly string[];
  readonly directories: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** The whole userland is BusyBox, as on Alpine. */
  readonly busybox?: boolean;
  /** What `uname -s` says. */
  readonly system?: string;
  readonly state?: Readonly<Record<string, string>>;
}

export interface Result {
  readonly code: number;
  readonly output: string;
  readonly log: readonly string[];
}

export interface Machine {
  readonly root: string;
  readonly run: (...args: string[]) => Result;
  /** Another version of the script. */
  readonly runScript: (script: string, ...args: string[]) => Result;
  readonly write: (path: string, content: string) => void;
  readonly read: (path: string) => string;
  /** Everything in the machine: path, mode and content or link target. */
  readonly tree: () => readonly string[];
  readonly setState: (name: string, content?: string) => void;
}

export function makeMachine(script: string, shell: readonly string[], layout: Layout): Machine {
  const base = mkdtempSync(join(tmpdir(), "client-"));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const [root = "", bin = "", state = "", log = ""] = ["root", "bin", "state", "log"].map((name) => join(base, name));
  for (const directory of [root, bin, state]) mkdirSync(directory);
  const write = (path: string, content: string, place = root, mode = 0o644): void => {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), content);
    chmodSync(join(place, path), mode);
  };
  const program = (name: string, body: string): void => write(name, `#!/bin/sh\n${body}\n`, bin, 0o755);
  const own = (name: string): void =>
    symlinkSync(layout.busybox === true ? which("busybox") : which(name), join(bin, name));
  for (const name of TOOLS.split(" ")) own(name);
  for (const name of layout.system === "Darwin" ? ["shasum"] : ["sha256sum"]) own(name);
  for (const name of layout.real ?? []) symlinkSync(which(name), join(bin, name));
  const fetcher = layout.standIns?.includes("wget") === true ? [] : ["curl"];
  for (const name of ["getent", ...fetcher, ...(layout.standIns ?? [])]) program(name, STAND_INS[name] ?? "");
  for (const name of layout.commands) program(name, `echo "${name} $*" >>"$LOG"`);
  if (layout.system !== undefined) {
    unlink(join(bin, "uname"));
    program("uname", `echo ${layout.system}`);
  }
  for (const path of ["etc", "home/ada", "tmp", ...layout.directories])
    mkdirSync(join(root, path), { recursive: true });
  write("etc/hosts", "127.0.0.1 localhost\n# no newline at the end");
  write("etc/resolv.conf", "search lan\nnameserver 192.0.2.1\n");
  for (const [path, content] of Object.entries(layout.files ?? {})) {
    write(
      path,
      path.endsWith("/keytool") ? `#!/bin/sh\n${STAND_INS["keytool"]}\n` : content,
      root,
      path.endsWith("/keytool") ? 0o755 : 0o644,
    );
  }
  for (const [path, target] of Object.entries(layout.links ?? {})) {
    unlink(join(root, path));
    symlinkSync(target, join(root, path));
  }
  for (const [name, content] of Object.entries(layout.state ?? {})) writeFileSync(join(state, name), content);
  const environment = { PATH: bin, HOME: "/home/ada", INSTALL_CLIENT_ROOT: root, LOG: log, STATE: state, TMPDIR: base };
  return {
    root,
    write,
    read: (path) => readFileSync(join(root, path), "utf8"),
    run: (...args) => runScript(script, ...args),
    runScript,
    tree: () =>
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .sort()
        .map((path) => describe(root, path)),
    setState: (name, content = "") => writeFileSync(join(state, name), content),
  };
  function runScript(text: string, ...args: string[]): Result {
    writeFileSync(log, "");
    const [name = "sh", ...first] = shell;
    const options = { input: text, encoding: "utf8", env: environment } as const;
    const result = spawnSync(which(name), [...first, "-s", "--", ...args], options);
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    return { code: result.status ?? -1, output: result.stdout + result.stderr, log: lines };
  }
}

/** A store of authorities as Chrome and Firefox have it, made by the real certutil. */
export function makeNssStore(machine: Machine, directory: string): void {
  const path = join(machine.root, directory);
  mkdirSync(path, { recursive: true });
  const result = spawnSync(which("certutil"), ["-N", "-d", `sql:${path}`, "--empty-password"], { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`certutil: ${result.stderr}`);
}

/** What the store trusts to vouch for web sites. */
export function listNssStore(machine: Machine, directory: string): string {
  const result = spawnSync(which("certutil"), ["-L", "-d", `sql:${join(machine.root, directory)}`], {
    encoding: "utf8",
  });
  return result.stdout;
}

function which(name: string): string {
  const found = (process.env["PATH"] ?? "").split(":").find((directory) => existsSync(join(directory, name)));
  if (found === undefined) throw new Error(`${name} is not on this machine: scripts/test installs it`);
  return join(found, name);
}

function unlink(path: string): void {
  rmSync(path, { force: true });
}

function describe(root: string, path: string): string {
  const full = join(root, path);
  const stat = lstatSync(full);
  if (stat.isSymbolicLink()) return `${path} -> ${readlinkSync(full)}`;
  return `${path} ${stat.mode.toString(8)} ${stat.isDirectory() ? "" : createHash("sha256").update(readFileSync(full)).digest("hex")}`;
}
