/**
 * A host for backups: its data are real trees in a temporary folder, packed and moved by the real programs; its units, secrets and
 * containers are in memory. What the host calls /var/lib/... lies below that folder.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scene } from "../../src/backup/scene.ts";
import type { Command, CommandResult } from "../../src/model/command.ts";
import { Stopped, UserError } from "../../src/model/diagnostic.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { realBulk } from "../../src/system/bulk.ts";
import { CommandFailed } from "../../src/system/command-failed.ts";
import { RealFiles } from "../../src/system/files.ts";
import type { Bulk, Chain, Files, System, WriteOptions } from "../../src/system/interfaces.ts";
import { ownSources, renderSite } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

/** A part of each kind, a writer, a cache, a secret and one that is made of it. */
const STORE = `
description: a store
account: { user: store-user, home: /var/lib/store }
secrets:
  key: { generate: { length: 32, alphabet: hex } }
  url: { compose: "store://\${secret.key}/" }
  other: { generate: { length: 32, alphabet: hex } }
directories: [{ path: db }, { path: files }, { path: notes }, { path: cache }]
pod: {}
containers:
  sql: { image: "docker.io/lab/sql:1", mounts: [{ source: db, target: /db }] }
  shelf:
    image: docker.io/lab/shelf:1
    mounts: [{ source: files, target: /files }, { source: notes, target: /notes }, { source: cache, target: /cache }]
  api: { image: "docker.io/lab/api:1", after: { sql: started, shelf: started } }
backup:
  writers: [api]
  parts:
    files: { directory: files }
    notes: { directory: notes, running: true }
    db: { directory: db, dump: { container: sql, command: [dump-it], restore: [load-it] } }
  not_data: [cache]
  secrets: [key]
  counts: { rows: { container: sql, command: [count-rows] } }
`;

export function indexOf(services: Readonly<Record<string, string>>): ServiceIndex {
  const text = renderSite(ownSources(services)).files.find(({ path }) => path === INDEX_PATH)?.content ?? "";
  return JSON.parse(text) as ServiceIndex;
}

/** Rendered once: tests make a host for each step. */
let rendered: ServiceIndex | undefined;
function storeIndex(): ServiceIndex {
  rendered ??= indexOf({ store: STORE });
  return structuredClone(rendered);
}

export const FOLDER = "/var/lib/install-quadlets/backups";
const NOW = new Date("2026-11-27T12:00:00Z");

export class DataHost {
  readonly root = mkdtempSync(join(tmpdir(), "backup-"));
  readonly index = storeIndex();
  readonly service = this.index.services[0] as IndexedService;
  readonly running = new Set(this.service.units.map(({ unit }) => unit as string));
  /** podman does not list its secrets. */
  storeIsIll = false;
  readonly secrets = new Map([
    ["store-key", "k1"],
    ["store-url", "store://k1/"],
    ["store-other", "o1"],
  ]);
  /** What was done to the host, in order, as a word or two. */
  readonly log: string[] = [];
  readonly heard: string[] = [];
  /** The changes after this one fail, once ("fail") or all of them ("kill"). */
  faultAt = Number.POSITIVE_INFINITY;
  fault: "fail" | "kill" = "fail";
  changes = 0;
  stopped = false;
  /** After this change somebody presses Ctrl-C. */
  stopAt = Number.POSITIVE_INFINITY;
  now = NOW;
  free = 1e12;
  programs: readonly string[] | undefined;
  /** Units that do not come up. */
  readonly broken = new Set<string>();
  /** Instead of the rows in the table. */
  rows: number | undefined;

  constructor() {
    this.write("db/table", "one\ntwo\nthree\n");
    this.write("files/a", "A");
    this.write("files/deep/ü \n name", "B".repeat(100_000));
    this.write("notes/n", "note");
    this.write("cache/c", "cache");
    mkdirSync(this.real(FOLDER), { recursive: true });
    this.put("/run/user/800/systemd/private", "");
    this.put(`/run/user/${this.service.uid}/systemd/private`, "");
    this.put(INDEX_PATH, JSON.stringify(this.index));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Below the home of the service. */
  write(path: string, text: string): void {
    this.put(`/var/lib/store/${path}`, text);
  }

  put(path: string, text: string): void {
    mkdirSync(this.real(path.slice(0, path.lastIndexOf("/"))), { recursive: true });
    writeFileSync(this.real(path), text);
  }

  text(path: string): string | undefined {
    const real = this.real(`/var/lib/store/${path}`);
    return existsSync(real) ? readFileSync(real, "utf8") : undefined;
  }

  /** Every name below the home with its owner, mode, time and content: what must be the same afterwards. */
  tree(path = ""): string {
    const format = "%P %y %m %U %G %s %l\\n";
    const { stdout } = spawnSync("find", [this.real(`/var/lib/store/${path}`), "-printf", format], {
      encoding: "utf8",
    });
    const sums = spawnSync("sh", [
      "-c",
      'cd "$0" && find . -type f -exec sha256sum {} + | sort',
      this.real(`/var/lib/store/${path}`),
    ]);
    return `${stdout.split("\n").sort().join("\n")}\n${sums.stdout}`;
  }

  real(path: string): string {
    return path.startsWith("/var/lib/") || path.startsWith("/run/") ? `${this.root}${path}` : path;
  }

  get system(): System {
    const memory = memorySystem({ now: this.now, ...(this.programs && { programs: this.programs }) });
    return {
      ...memory,
      files: this.#files(),
      runner: {
        run: async (command) => {
          const result = this.#answer(command) ?? this.#do(command);
          if (result.exitCode !== 0) throw new CommandFailed(command, { kind: "exit", code: result.exitCode }, result);
          return result;
        },
        probe: async (command) => this.#answer(command) ?? this.#do(command),
      },
    };
  }

  get bulk(): Bulk {
    return {
      open: (path) => realBulk.open(this.real(path)),
      create: (directory) => {
        this.#change(`create in ${directory}`);
        return realBulk.create(this.real(directory));
      },
      pipe: async (commands, ends) => {
        this.#change(commands.map((command) => wordsOf(command).slice(0, 4).join(" ")).join(" | "));
        const real = commands.map((command) => this.#real(command));
        await realBulk.pipe(real as unknown as Chain, ends);
      },
    };
  }

  get scene(): Scene {
    const hear = (what: string) => (text: string) => void this.heard.push(`${what}: ${text}`);
    return {
      system: this.system,
      bulk: this.bulk,
      tool: "0.0.0",
      progress: () => undefined,
      note: hear("note"),
      complain: hear("complain"),
      refuseStopped: () => {
        if (this.stopped) throw new Stopped("stopped, as asked");
      },
    };
  }

  /** The next one starts; nothing is wrong any more. */
  revive(): void {
    this.faultAt = Number.POSITIVE_INFINITY;
  }

  #change(what: string): void {
    this.changes += 1;
    this.log.push(what);
    if (this.changes > this.stopAt) this.stopped = true;
    if (this.changes > this.faultAt && this.fault === "kill") throw new Error(`killed before ${what}`);
    if (this.changes === this.faultAt + 1) throw new UserError(`refused: ${what}`);
  }

  #files(): Files {
    const files = new RealFiles();
    const own = (options: WriteOptions): WriteOptions => ({
      ...options,
      uid: process.geteuid?.() ?? 0,
      gid: process.getegid?.() ?? 0,
    });
    return {
      stat: (path) => files.stat(this.real(path)),
      read: (path, most) => files.read(this.real(path), most),
      list: (path) => files.list(this.real(path)),
      write: async (path, content, options) => {
        this.#change(`write ${path}`);
        await files.write(this.real(path), content, own(options));
      },
      makeDirectory: (path, options) => files.makeDirectory(this.real(path), own(options)),
      setOwnerAndMode: (path, options) => files.setOwnerAndMode(this.real(path), own(options)),
      remove: async (path) => {
        this.#change(`remove ${path}`);
        await files.remove(this.real(path));
      },
    };
  }

  /** What only reads. */
  #answer(command: Command): CommandResult | undefined {
    const words = wordsOf(command);
    const line = words.join(" ");
    const said = (stdout: string, exitCode = 0): CommandResult => ({ exitCode, stdout, stderr: "" });
    if (line.startsWith("systemctl --user show")) {
      const units = words.slice(words.indexOf("--") + 1);
      const state = (unit: string) => (this.running.has(unit) ? "active" : "inactive");
      return said(units.map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${state(unit)}\n`).join("\n"));
    }
    if (line.startsWith("podman secret ls"))
      return this.storeIsIll ? said("", 125) : said([...this.secrets.keys()].join("\n"));
    if (line.startsWith("podman secret inspect")) {
      const value = this.secrets.get(words.at(-1) ?? "");
      return value === undefined ? said("", 125) : said(JSON.stringify([{ SecretData: value }]));
    }
    if (line.startsWith("df ")) return said(`Avail Type\n${this.free} ext4\n`);
    if (line.includes("count-rows")) {
      if (!this.running.has("store-sql.service")) return said("", 125);
      return said(`${this.rows ?? (this.text("db/table")?.split("\n").length ?? 1) - 1}\n`);
    }
    return line.includes("reset-failed") || line.includes("--version") ? said("") : undefined;
  }

  #do(command: Command): CommandResult {
    const words = wordsOf(command);
    const [program, , verb = ""] = words;
    if (program === "podman" && words[1] === "unshare" && words[2] === "/bin/true") return done();
    if (program === "podman" && words[1] === "unshare" && words[2] === "du") return this.#spawn(command);
    this.#change(
      program === "systemctl" ? `${verb} ${words.slice(words.indexOf("--") + 1).join(" ")}` : words.join(" "),
    );
    if (program === "systemctl") return this.#control(verb, words.slice(words.indexOf("--") + 1));
    if (program === "podman" && verb === "create") {
      this.secrets.set(words.at(-2) ?? "", command.stdin ?? "");
      return done();
    }
    return this.#spawn(command);
  }

  #control(verb: string, units: readonly string[]): CommandResult {
    for (const unit of units) {
      if (verb === "stop") this.running.delete(unit);
      if (verb !== "start") continue;
      if (this.broken.has(unit)) return { exitCode: 1, stdout: "", stderr: `Job for ${unit} failed.` };
      this.running.add(unit);
      // It makes an empty table where there is none.
      if (unit === "store-sql.service" && this.text("db/table") === undefined) this.write("db/table", "");
    }
    return done();
  }

  #spawn(command: Command): CommandResult {
    const [program, ...args] = this.#real(command).argv;
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    return { exitCode: status ?? -1, stdout, stderr };
  }

  /** Without the account and its namespace, on the folder's own paths; containers are files. */
  #real(command: Command): Command {
    const words = wordsOf(command);
    const line = words.join(" ");
    const table = this.real("/var/lib/store/db/table");
    const isUp = this.running.has("store-sql.service");
    // Not age, but a file that nobody reads without it: letters are others, and the right key is one particular file.
    if (words[0] === "age") {
      const isRight = words[1] === "--encrypt" || words.at(-1) === "/root/key.txt";
      return {
        argv: isRight ? ["tr", "a-zA-Z", "n-za-mN-ZA-M"] : ["sh", "-c", "echo no identity matched >&2; exit 1"],
      };
    }
    if (line.startsWith("podman exec") && !isUp) return { argv: ["sh", "-c", "echo no such container >&2; exit 125"] };
    if (line.endsWith("dump-it")) return { argv: ["cat", table] };
    if (line.endsWith("load-it")) return { argv: ["dd", `of=${table}`, "status=none"] };
    const [program = "", ...args] = words.slice(words[1] === "unshare" ? 2 : 0);
    return { argv: [program, ...args.map((word) => word.replace(/(^|=)(\/var\/lib\/)/, `$1${this.root}$2`))] };
  }
}

function done(): CommandResult {
  return { exitCode: 0, stdout: "", stderr: "" };
}

/** Without setpriv and the environment. */
function wordsOf({ argv }: Command): readonly string[] {
  const rest = argv[0] === "setpriv" ? argv.slice(argv.indexOf("--") + 1) : argv;
  const words = rest[0] === "env" ? rest.slice(2) : rest;
  return words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word)));
}
