/**
 * A host in memory that does what the commands of apply would do: accounts, linger, managers, secrets, images, units.
 * It is as strict as the real programs where apply could go wrong: a unit starts only with its image and its secrets,
 * useradd wants its group, a manager knows only the unit files of its last reload.
 */
import type { Command, CommandResult } from "../../src/model/command.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { HttpAnswer, HttpQuestion } from "../../src/model/http.ts";
import type { MemoryLitellm } from "../support/memory-litellm.ts";
import type { MemoryModels } from "../support/memory-models.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";
import { changeAccounts } from "./memory-accounts.ts";
import { type Account, MemoryManager, type Seen } from "./memory-manager.ts";

type Result = Partial<CommandResult> | undefined;

const TAILSCALE = JSON.stringify({ BackendState: "Running", TUN: true, TailscaleIPs: ["100.64.0.1"] });

const NO_MANAGER = { exitCode: 1, stderr: "Failed to connect to bus: No such file or directory" };

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

/** A service that is told of keys. */
export interface Listening {
  readonly user: string;
  readonly unit: string;
  readonly port: number;
  /** Podman's name of its secret. */
  readonly master: string;
  readonly gateway: MemoryLitellm;
}

/** A service that keeps models. */
export interface Keeping {
  readonly user: string;
  readonly unit: string;
  readonly port: number;
  readonly models: MemoryModels;
}

export class MemoryHost {
  readonly system: MemorySystem = memorySystem({ files: STARTING_POINT });
  readonly managers = new Map<number, MemoryManager>();
  readonly secrets = new Map<string, string>();
  /** How often: podman gives another id each time. */
  readonly #stored = new Map<string, number>();
  /** What a container was told to take from now on, by its name: the first line of its input. */
  readonly told = new Map<string, string>();
  /** Changes so far, to files and by commands; `failAt` makes one of them the last, `refuseAt` one of them fail. */
  changes = 0;
  failAt = Number.POSITIVE_INFINITY;
  /** From the failure on nothing works, as if the program had been killed. */
  killed = false;
  refuseAt = Number.POSITIVE_INFINITY;
  /** What a hook answers. */
  hook: () => Partial<CommandResult> = () => ({});
  /** Units that show what a test wants: unit -> the properties of its state. */
  readonly scripted = new Map<string, () => string>();
  listening: Listening | undefined;
  keeping: Keeping | undefined;
  /** What a container prints that is asked to count. */
  readonly rows = new Map<string, () => number>();
  /** Id of what a registry has under a name, where that is not the name itself; "" where it has nothing. */
  readonly registry = new Map<string, string>();
  /** Directories that file systems are mounted on. */
  readonly mounts = new Set<string>();
  /** Bytes, on every file system. */
  free = 1e12;
  /** What a program does to its data when it starts, by the id of the image that its name stands for then. */
  started: (unit: string, image: string) => void = () => {};
  /** What a container does with a command that changes something; nothing, unless a test wants it. */
  executed: (container: string, argv: readonly string[]) => Partial<CommandResult> = () => ({});
  readonly #systemUnits = new Map<string, string>();
  #loadedSystemUnits = new Map<string, string>();

  constructor() {
    this.system.files.beforeChange = (verb, path) => {
      const failure = this.#fails();
      if (failure === "killed") throw new Error(`killed before ${verb} ${path}`);
      if (failure === "refused") throw new UserError(`${path}: ENOSPC: no space left on device`);
    };
    this.system.runner.on("", (command) => this.#answer(command));
  }

  listen(listening: Listening): void {
    this.listening = listening;
    this.system.http.answer = (question) => this.#ask(question);
  }

  keep(keeping: Keeping): void {
    this.keeping = keeping;
    this.system.http.answer = (question) => this.#ask(question);
  }

  #isListening({ user, unit }: Pick<Listening, "user" | "unit">): boolean {
    return this.running().some((seen) => seen.unit === `${user}/${unit}` && seen.state === "active");
  }

  #ask({ method, port, path, bearer, body }: HttpQuestion): HttpAnswer | undefined {
    if (this.killed) throw new Error("killed");
    const { listening, keeping } = this;
    const meant = [listening, keeping].find((one) => one?.port === port);
    if (meant === undefined || !this.#isListening(meant)) return undefined;
    const failure = method === "GET" ? undefined : this.#fails();
    if (failure === "killed") throw new Error(`killed at ${path}`);
    if (failure === "refused") return { status: 500, body: "refused" };
    if (meant === keeping) return keeping.models.answer({ method, path, body: body?.reveal() });
    if (listening === undefined) return undefined;
    listening.gateway.master = this.secrets.get(`${listening.user}/${listening.master}`) ?? "";
    return listening.gateway.answer({ method, path, bearer: bearer?.reveal(), body: body?.reveal() });
  }

  /** What the kernel shows of their ports. */
  #showPort(): void {
    if (this.listening === undefined && this.keeping === undefined) return;
    const rows = [this.listening, this.keeping].flatMap((one) => {
      if (one === undefined || !this.#isListening(one)) return [];
      const port = one.port.toString(16).toUpperCase().padStart(4, "0");
      return `0: 0100007F:${port} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${this.#uidOf(one.user)}  0 1\n`;
    });
    const table = "/proc/4242/net/tcp";
    if (rows.length === 0) this.system.files.nodes.delete(table);
    else this.system.files.put(table, rows.join(""));
  }

  /** The program starts again. What the killed one still had in flight fails first. */
  async revive(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.failAt = Number.POSITIVE_INFINITY;
    this.killed = false;
  }

  /** Every user manager ends, and the units with it. */
  shutDown(): void {
    for (const uid of [...this.managers.keys()]) this.#stopManager(uid);
    this.#showPort();
  }

  /** The power fails and comes back: each manager that lingers starts all units that are on the disk. */
  boot(): void {
    this.shutDown();
    const linger = "/var/lib/systemd/linger/";
    for (const path of [...this.system.files.nodes.keys()].filter((path) => path.startsWith(linger))) {
      this.#startManager(this.#uidOf(path.slice(linger.length)));
    }
    this.#showPort();
  }

  /** Id of what a name stands for in the store of an account. */
  imageOf({ home }: Account, name: string): string | undefined {
    const images = JSON.parse(this.text(imagesIn(home)) || "[]") as readonly Image[];
    return images.find(({ names }) => names.includes(name))?.id;
  }

  running(): readonly Seen[] {
    const own = [...this.#systemUnits].map(([unit, startedWith]) => ({
      unit: `root/${unit}`,
      state: "active",
      startedWith,
      fresh: this.text(`/etc/systemd/system/${unit}`),
    }));
    return [...own, ...[...this.managers.values()].flatMap((manager) => manager.running())];
  }

  text(path: string): string {
    const node = this.system.files.nodes.get(path);
    return node?.kind === "file" ? node.content : "";
  }

  #fails(): "killed" | "refused" | undefined {
    this.changes += 1;
    if (this.changes >= this.failAt) this.killed = true;
    if (this.killed) return "killed";
    return this.changes === this.refuseAt ? "refused" : undefined;
  }

  #answer(command: Command): Result {
    if (this.killed) throw new Error("killed");
    const read = this.#read(command);
    if (read !== undefined) return read;
    const failure = this.#fails();
    if (failure === "killed") this.#leaveHalf(command);
    if (failure === "killed") throw new Error(`killed at ${command.argv.join(" ")}`);
    const result = failure === "refused" ? { exitCode: 1, stderr: "refused" } : this.#change(command);
    this.#showPort();
    return result;
  }

  /** A copy that is killed has begun, and of what was being removed the top is left. */
  #leaveHalf({ argv }: Command): void {
    const to = argv.at(-1) ?? "";
    const { nodes } = this.system.files;
    if (argv.includes("unshare") && argv.includes("rm"))
      for (const path of [...nodes.keys()]) if (path.startsWith(`${to}/`)) nodes.delete(path);
    if (argv.includes("cp")) this.system.files.put(to, { kind: "directory", uid: 0, gid: 0, mode: 0o755 });
  }

  #read({ argv, env }: Command): Result {
    const { words, account } = this.#unwrap(argv);
    const line = words.join(" ");
    if (line === "podman --version") return { stdout: "podman version 5.4.2\n" };
    if (line === "sudo -V") return { stdout: "Sudo version 1.9.16p2\n" };
    if (line === "systemctl --version") return { stdout: "systemd 257 (257.13)\n" };
    if (line.startsWith("tailscale status")) return { stdout: TAILSCALE };
    if (line === "tailscale serve status --json") return { stdout: "{}" };
    if (line.includes("podman-user-generator")) return { stdout: this.#generate(env?.["QUADLET_UNIT_DIRS"] ?? "") };
    if (argv.includes("unshare") && !this.managers.has(account?.uid ?? -1))
      return { exitCode: 125, stderr: `lstat /run/user/${account?.uid}: no such file or directory` };
    if (line === "podman unshare /bin/true") return {};
    if (words[0] === "du")
      return {
        stdout: after(words, "--")
          .map((path) => `4096\t${path}\n`)
          .join(""),
      };
    if (line.startsWith("df --block-size=1 --output=avail,fstype"))
      return { stdout: `Avail Type\n${this.free} ext4\n` };
    if (line.startsWith("podman image inspect"))
      return {
        stdout: after(words, "--")
          .map((id) => `${id} sha256:${id.padEnd(64, "0")} 2026-11-20\n`)
          .join(""),
      };
    const rows = words[1] === "exec" ? this.rows.get(words[2] ?? "") : undefined;
    if (rows !== undefined) return { stdout: `${rows()}\n` };
    if (line.startsWith("podman secret inspect")) {
      const found = after(words, "--").map((name) => {
        return { Spec: { Name: name }, SecretData: this.secrets.get(`${account?.user}/${name}`) };
      });
      if (found.some(({ SecretData: value }) => value === undefined))
        return { exitCode: 125, stderr: "no such secret" };
      return { stdout: JSON.stringify(found) };
    }
    if (line.startsWith("systemctl --user show")) {
      const manager = this.managers.get(account?.uid ?? -1);
      return manager === undefined ? NO_MANAGER : { stdout: manager.show(after(words, "--")) };
    }
    if (line.startsWith("systemctl show")) return { stdout: this.#showSystem(after(words, "--")) };
    if (line.startsWith("journalctl")) return { stdout: "" };
    // Nothing is full.
    if (line.startsWith("df --block-size=1 --output=size")) return { stdout: "" };
    // Loaded by its unit, and by nothing else.
    if (line === "nft list table inet install_quadlets")
      return { exitCode: this.#systemUnits.has("install-quadlets-firewall.service") ? 0 : 1 };
    return undefined;
  }

  #change({ argv, stdin }: Command): Result {
    const { words, account } = this.#unwrap(argv);
    const [program, ...rest] = words;
    const last = words.at(-1) ?? "";
    if (program?.startsWith("/etc/install-quadlets/hooks/") === true) return this.hook();
    const accounts = changeAccounts(this.system.files, words);
    if (accounts !== undefined) return accounts;
    switch (program) {
      case "loginctl":
        return this.#linger(rest[0] ?? "", last);
      case "cp":
        this.#copyTree((words.at(-2) ?? "").replace(/\/\.$/, ""), last);
        return {};
      case "mv":
        if (this.mounts.has(words.at(-2) ?? "")) return { exitCode: 1, stderr: "Device or resource busy" };
        this.#copyTree(words.at(-2) ?? "", last);
        this.#removeTree(words.at(-2) ?? "");
        return {};
      case "find":
        for (const path of [...this.system.files.nodes.keys()]) {
          if (path.startsWith(`${rest[0]}/`)) this.system.files.nodes.delete(path);
        }
        return {};
      case "rm":
        for (const path of after(words, "--")) this.#removeTree(path);
        return {};
      case "podman":
        return this.#podman(words, account, stdin);
      case "systemctl":
        if (words[1] !== "--user") return this.#systemctl(words.slice(1));
        return this.managers.get(account?.uid ?? -1)?.control(words.slice(2)) ?? NO_MANAGER;
      default:
        throw new Error(`the memory host does not know ${words.join(" ")}`);
    }
  }

  /** logind ends the manager of an account that nothing keeps there, within seconds. */
  #linger(verb: string, user: string): Result {
    if (verb === "enable-linger") {
      this.system.files.put(`/var/lib/systemd/linger/${user}`, "");
      return this.#startManager(this.#uidOf(user));
    }
    this.system.files.nodes.delete(`/var/lib/systemd/linger/${user}`);
    return this.#stopManager(this.#uidOf(user));
  }

  #copyTree(from: string, to: string): void {
    const { nodes } = this.system.files;
    const top = nodes.get(from) ?? ({ kind: "directory", uid: 0, gid: 0, mode: 0o755 } as const);
    this.system.files.put(to, top);
    for (const [path, node] of [...nodes]) {
      if (path.startsWith(`${from}/`)) this.system.files.put(`${to}${path.slice(from.length)}`, node);
    }
  }

  #removeTree(path: string): void {
    const { nodes } = this.system.files;
    const isBelow = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const key of [...nodes.keys()]) if (isBelow(key)) nodes.delete(key);
    // With the home goes the store.
    for (const key of [...this.secrets.keys()]) {
      const home = new RegExp(`^${key.split("/")[0]}:.*:([^:]*):[^:]*$`, "m").exec(this.text("/etc/passwd"))?.[1];
      if (home !== undefined && isBelow(home)) this.secrets.delete(key);
    }
  }

  #podman(words: readonly string[], account: Account | undefined, stdin: string | undefined): Result {
    const store = `${account?.home}/.local/share/containers/storage`;
    if (words[1] === "pull") {
      const file = imagesIn(account?.home);
      const images = JSON.parse(this.text(file) || "[]") as Image[];
      const name = words.at(-1) ?? "";
      const id = this.registry.get(name) ?? name;
      if (id === "") return { exitCode: 125, stderr: "Error: manifest unknown" };
      const known = images.some((image) => image.id === id) ? images : [...images, { id, names: [] }];
      this.system.files.put(file, JSON.stringify(named(known, id, name)));
      return { stdout: `${id}\n` };
    }
    if (words[1] === "exec") {
      this.told.set(words[3] ?? "", (stdin ?? "").split("\n")[0] ?? "");
      return this.executed(words[2] ?? "", words.slice(3));
    }
    if (words[1] === "tag" || words[1] === "image") return this.#name(imagesIn(account?.home), words);
    if (words[1] === "system") return {};
    if (words[2] === "rm") {
      this.secrets.delete(`${account?.user}/${words.at(-1)}`);
      this.#writeNames(store, account);
      return {};
    }
    if (words[2] === "ls") {
      const own = [...this.secrets.keys()].filter((key) => key.startsWith(`${account?.user}/`));
      return { stdout: own.map((key) => `${key.split("/")[1]}\n`).join("") };
    }
    if (words[2] !== "create" || stdin === undefined) throw new Error(`not known: ${words.join(" ")}`);
    const name = words.at(-2) ?? "";
    const key = `${account?.user}/${name}`;
    this.secrets.set(key, stdin);
    this.#stored.set(key, (this.#stored.get(key) ?? 0) + 1);
    this.#writeNames(store, account);
    return {};
  }

  /** A name moves to another image, or the image with that name goes. */
  #name(file: string, words: readonly string[]): Result {
    const images = JSON.parse(this.text(file) || "[]") as Image[];
    const [id = "", name = ""] = words.slice(-2);
    if (words[1] === "image") {
      this.system.files.put(file, JSON.stringify(images.filter((image) => !image.names.includes(name))));
      return {};
    }
    this.system.files.put(file, JSON.stringify(named(images, id, name)));
    return {};
  }

  #writeNames(store: string, account: Account | undefined): void {
    const names = [...this.secrets.keys()].filter((key) => key.startsWith(`${account?.user}/`));
    const ids = Object.fromEntries(names.map((key) => [key.split("/")[1], `${key}#${this.#stored.get(key)}`]));
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
    if (verb === "reset-failed") return {};
    if (!Number.isNaN(uid))
      return verb === "stop" ? this.#stopManager(uid) : this.#startManager(uid, verb === "restart");
    const loaded = this.#loadedSystemUnits.get(`/etc/systemd/system/${unit}`);
    if (loaded === undefined) return { exitCode: 1, stderr: `Unit ${unit} not found.` };
    if (verb === "disable" || verb === "enable") {
      const isThere = this.system.files.nodes.has(`/etc/systemd/system/${unit}`);
      if (!isThere) return { exitCode: 1, stderr: `Unit file ${unit} does not exist.` };
    }
    if (verb === "disable") {
      this.#systemUnits.delete(unit);
      return {};
    }
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

  #stopManager(uid: number): Result {
    this.#removeTree(`/run/user/${uid}`);
    this.managers.delete(uid);
    return {};
  }

  #showSystem(units: readonly string[]): string {
    const active = (unit: string) =>
      this.#systemUnits.has(unit) || this.managers.has(Number(/^user@(\d+)/.exec(unit)?.[1] ?? -1));
    const load = (unit: string) =>
      active(unit) || this.system.files.nodes.has(`/etc/systemd/system/${unit}`) ? "loaded" : "not-found";
    return units
      .map((unit) => `Id=${unit}\nLoadState=${load(unit)}\nActiveState=${active(unit) ? "active" : "inactive"}\n`)
      .join("\n");
  }

  #generate(directory: string): string {
    const names = [...this.system.files.nodes.keys()].filter((path) => path.startsWith(`${directory}/`));
    const units = names.map((path) => path.slice(directory.length + 1)).filter((name) => !name.endsWith(".socket"));
    return units
      .map((name) => `---${name.replace(/\.pod$/, "-pod").replace(/\.container$/, "")}.service---\n`)
      .join("");
  }

  /** setpriv --reuid 800 ... -- env -i A=B ... COMMAND */
  #unwrap(argv: readonly string[]): { readonly words: readonly string[]; readonly account: Account | undefined } {
    if (argv[0] !== "setpriv") return { words: argv, account: undefined };
    const command = after(argv, "-i");
    const start = command.findIndex((word) => !/^[A-Z_]+=/.test(word));
    const words = command.slice(start);
    const isInside = words[1] === "unshare" && words[2] !== "/bin/true";
    return { words: isInside ? words.slice(2) : words, account: this.#account(Number(argv[2])) };
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

interface Image {
  readonly id: string;
  readonly names: readonly string[];
}

export function imagesIn(home: string | undefined): string {
  return `${home}/.local/share/containers/storage/overlay-images/images.json`;
}

/** A name stands for one image. */
function named(images: readonly Image[], id: string, name: string): readonly Image[] {
  return images.map((image) => {
    const names = image.names.filter((one) => one !== name);
    return { ...image, names: image.id === id ? [...names, name] : names };
  });
}

function after(words: readonly string[], word: string): readonly string[] {
  return words.slice(words.indexOf(word) + 1);
}
