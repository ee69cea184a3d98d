/**
 * A host in memory that does what the commands of apply would do: accounts, linger, managers, secrets, images, units.
 * It is as strict as the real programs where apply could go wrong: a unit starts only with its image and its secrets,
 * useradd wants its group, a manager knows only the unit files of its last reload.
 */
import type { Command, CommandResult } from "../../src/model/command.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";
import { type Account, MemoryManager } from "./memory-manager.ts";

type Result = Partial<CommandResult> | undefined;

const TAILSCALE = JSON.stringify({ BackendState: "Running", TUN: true, TailscaleIPs: ["100.64.0.1"] });

const STARTING_POINT = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
  "/etc/group": "root:x:0:\n",
  "/etc/subuid": "",
  "/etc/subgid": "",
  "/usr/lib/systemd/user/dbus.socket": "",
  "/run/systemd/system": { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
  "/var/lib/systemd/linger": { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
  "/etc/systemd/system": { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
  "/usr/local/bin": { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
  "/usr/local/lib": { kind: "directory", uid: 0, gid: 0, mode: 0o755 },
} as const;

export class MemoryHost {
  readonly system: MemorySystem = memorySystem({ files: STARTING_POINT });
  readonly managers = new Map<number, MemoryManager>();
  readonly secrets = new Map<string, string>();
  /** What a container was told to take from now on, by its name: the first line of its input. */
  readonly told = new Map<string, string>();
  /** Changes so far, to files and by commands; `failAt` makes one of them the last. */
  changes = 0;
  failAt = Number.POSITIVE_INFINITY;
  /** From the failure on nothing works, as if the program had been killed. */
  killed = false;
  /** Units that show what a test wants: unit -> the properties of its state. */
  readonly scripted = new Map<string, () => string>();
  readonly #systemUnits = new Map<string, string>();
  #loadedSystemUnits = new Map<string, string>();

  constructor() {
    this.system.files.beforeChange = (verb, path) => {
      if (this.#fails()) throw new Error(`killed before ${verb} ${path}`);
    };
    this.system.runner.on("", (command) => this.#answer(command));
  }

  /** The program starts again. What the killed one still had in flight fails first. */
  async revive(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.failAt = Number.POSITIVE_INFINITY;
    this.killed = false;
  }

  /** Every user manager ends, and the units with it. */
  shutDown(): void {
    for (const uid of this.managers.keys()) this.system.files.nodes.delete(`/run/user/${uid}/systemd/private`);
    this.managers.clear();
  }

  text(path: string): string {
    const node = this.system.files.nodes.get(path);
    return node?.kind === "file" ? node.content : "";
  }

  #fails(): boolean {
    this.changes += 1;
    if (this.changes >= this.failAt) this.killed = true;
    return this.killed;
  }

  #answer(command: Command): Result {
    if (this.killed) throw new Error("killed");
    const read = this.#read(command);
    if (read !== undefined) return read;
    if (!this.#fails()) return this.#change(command);
    throw new Error(`killed at ${command.argv.join(" ")}`);
  }

  #read({ argv, env }: Command): Result {
    const { words, account } = this.#unwrap(argv);
    const line = words.join(" ");
    if (line === "podman --version") return { stdout: "podman version 5.4.2\n" };
    if (line === "systemctl --version") return { stdout: "systemd 257 (257.13)\n" };
    if (line.startsWith("tailscale status")) return { stdout: TAILSCALE };
    if (line === "tailscale serve status --json") return { stdout: "{}" };
    if (line.includes("podman-user-generator")) return { stdout: this.#generate(env?.["QUADLET_UNIT_DIRS"] ?? "") };
    if (line === "podman unshare /bin/true") return {};
    if (line.startsWith("podman secret inspect")) {
      const value = this.secrets.get(`${account?.user}/${words.at(-1)}`);
      if (value === undefined) return { exitCode: 125, stderr: "no such secret" };
      return { stdout: JSON.stringify([{ SecretData: value }]) };
    }
    if (line.startsWith("systemctl --user show")) return { stdout: this.#manager(account).show(after(words, "--")) };
    if (line.startsWith("systemctl show")) return { stdout: this.#showSystem(after(words, "--")) };
    if (line.startsWith("journalctl")) return { stdout: "" };
    // Loaded by its unit, and by nothing else.
    if (line === "nft list table inet install_quadlets")
      return { exitCode: this.#systemUnits.has("install-quadlets-firewall.service") ? 0 : 1 };
    return undefined;
  }

  #change({ argv, stdin }: Command): Result {
    const { words, account } = this.#unwrap(argv);
    const [program, ...rest] = words;
    const last = words.at(-1) ?? "";
    switch (program) {
      case "groupadd":
        return this.#append("/etc/group", `${last}:x:${option(rest, "--gid")}:`, new RegExp(`^${last}:`, "m"));
      case "useradd":
        return this.#addUser(rest, last);
      case "usermod":
        return this.#addSubids(rest, last);
      case "loginctl":
        this.system.files.put(`/var/lib/systemd/linger/${last}`, "");
        return this.#startManager(this.#uidOf(last));
      case "cp":
      case "mv":
        this.system.files.put(last, { kind: "directory", uid: 0, gid: 0, mode: 0o755 });
        return {};
      case "rm":
        return {};
      case "podman":
        return this.#podman(words, account, stdin);
      case "systemctl":
        return words[1] === "--user" ? this.#manager(account).control(words.slice(2)) : this.#systemctl(words.slice(1));
      default:
        throw new Error(`the memory host does not know ${words.join(" ")}`);
    }
  }

  #podman(words: readonly string[], account: Account | undefined, stdin: string | undefined): Result {
    const store = `${account?.home}/.local/share/containers/storage`;
    if (words[1] === "pull") {
      const file = `${store}/overlay-images/images.json`;
      const names = JSON.parse(this.text(file) || "[]") as object[];
      this.system.files.put(file, JSON.stringify([...names, { id: words.at(-1), names: [words.at(-1)] }]));
      return { stdout: `${words.at(-1)}\n` };
    }
    if (words[1] === "exec") {
      this.told.set(words[3] ?? "", (stdin ?? "").split("\n")[0] ?? "");
      return {};
    }
    if (words[2] === "rm") {
      this.secrets.delete(`${account?.user}/${words.at(-1)}`);
      this.#writeNames(store, account);
      return {};
    }
    if (words[2] !== "create" || stdin === undefined) throw new Error(`not known: ${words.join(" ")}`);
    const name = words.at(-2) ?? "";
    this.secrets.set(`${account?.user}/${name}`, stdin);
    this.#writeNames(store, account);
    return {};
  }

  #writeNames(store: string, account: Account | undefined): void {
    const names = [...this.secrets.keys()].filter((key) => key.startsWith(`${account?.user}/`));
    const ids = Object.fromEntries(names.map((key) => [key.split("/")[1], key]));
    this.system.files.put(`${store}/secrets/secrets.json`, JSON.stringify({ secrets: {}, nameToID: ids }));
  }

  #systemctl([verb = "", ...rest]: readonly string[]): Result {
    const unit = rest.at(-1) ?? "";
    const uid = Number(/^user@(\d+)\.service$/.exec(unit)?.[1] ?? Number.NaN);
    const { nodes } = this.system.files;
    if (verb === "daemon-reload") {
      const paths = [...nodes.keys()].filter((path) => path.startsWith("/etc/systemd/system/"));
      this.#loadedSystemUnits = new Map(paths.map((path) => [path, this.text(path)]));
      return {};
    }
    if (!Number.isNaN(uid)) return this.#startManager(uid, verb === "restart");
    const loaded = this.#loadedSystemUnits.get(`/etc/systemd/system/${unit}`);
    if (loaded === undefined) return { exitCode: 1, stderr: `Unit ${unit} not found.` };
    if (verb === "restart" || verb === "reload" || !this.#systemUnits.has(unit)) this.#systemUnits.set(unit, loaded);
    return {};
  }

  #startManager(uid: number, again = false): Result {
    if (this.managers.has(uid) && !again) return {};
    const manager = new MemoryManager(this, this.#account(uid));
    this.managers.set(uid, manager);
    this.system.files.put(`/run/user/${uid}/systemd/private`, { kind: "other" });
    manager.boot();
    return {};
  }

  #showSystem(units: readonly string[]): string {
    const active = (unit: string) =>
      this.#systemUnits.has(unit) || this.managers.has(Number(/^user@(\d+)/.exec(unit)?.[1] ?? -1));
    return units.map((unit) => `Id=${unit}\nActiveState=${active(unit) ? "active" : "inactive"}\n`).join("\n");
  }

  #generate(directory: string): string {
    const names = [...this.system.files.nodes.keys()].filter((path) => path.startsWith(`${directory}/`));
    const units = names.map((path) => path.slice(directory.length + 1)).filter((name) => !name.endsWith(".socket"));
    return units
      .map((name) => `---${name.replace(/\.pod$/, "-pod").replace(/\.container$/, "")}.service---\n`)
      .join("");
  }

  #addUser(words: readonly string[], name: string): Result {
    const gid = option(words, "--gid");
    if (!new RegExp(`^[^:]*:x:${gid}:`, "m").test(this.text("/etc/group"))) {
      return { exitCode: 6, stderr: `useradd: group '${gid}' does not exist` };
    }
    const line = `${name}:x:${option(words, "--uid")}:${gid}::${option(words, "--home-dir")}:/usr/sbin/nologin`;
    return this.#append("/etc/passwd", line, new RegExp(`^${name}:|^[^:]*:x:${option(words, "--uid")}:`, "m"));
  }

  #addSubids(words: readonly string[], name: string): Result {
    for (const [flag, file] of [
      ["--add-subuids", "/etc/subuid"],
      ["--add-subgids", "/etc/subgid"],
    ] as const) {
      const [first = "", end = ""] = option(words, flag).split("-");
      if (first === "") continue;
      this.system.files.put(file, `${this.text(file)}${name}:${first}:${Number(end) - Number(first) + 1}\n`);
    }
    return {};
  }

  #append(file: string, line: string, clash: RegExp): Result {
    if (clash.test(this.text(file))) return { exitCode: 9, stderr: `already exists: ${line}` };
    this.system.files.put(file, `${this.text(file)}${line}\n`);
    return {};
  }

  #manager(account: Account | undefined): MemoryManager {
    const manager = this.managers.get(account?.uid ?? -1);
    if (manager === undefined) throw new Error(`the manager of ${account?.user} does not run`);
    return manager;
  }

  /** setpriv --reuid 800 ... -- env -i A=B ... COMMAND */
  #unwrap(argv: readonly string[]): { readonly words: readonly string[]; readonly account: Account | undefined } {
    if (argv[0] !== "setpriv") return { words: argv, account: undefined };
    const command = after(argv, "-i");
    const start = command.findIndex((word) => !/^[A-Z_]+=/.test(word));
    return { words: command.slice(start), account: this.#account(Number(argv[2])) };
  }

  #account(uid: number): Account {
    const fields = this.text("/etc/passwd")
      .split("\n")
      .map((line) => line.split(":"));
    const [user = "", , , , , home = ""] = fields.find((field) => field[2] === String(uid)) ?? [];
    if (user === "") throw new Error(`no account with uid ${uid}`);
    return { user, uid, home };
  }

  #uidOf(user: string): number {
    return Number(new RegExp(`^${user}:x:(\\d+)`, "m").exec(this.text("/etc/passwd"))?.[1] ?? Number.NaN);
  }
}

function after(words: readonly string[], word: string): readonly string[] {
  return words.slice(words.indexOf(word) + 1);
}

function option(words: readonly string[], flag: string): string {
  const at = words.indexOf(flag);
  return at === -1 ? "" : (words[at + 1] ?? "");
}
