/** A user's systemd in memory: it loads unit files when told to, and remembers with what each unit was started. */
import type { CommandResult } from "../../src/model/command.ts";
import type { MemoryHost } from "./memory-host.ts";

export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly home: string;
}

/** A unit that runs or has failed. */
export interface Seen {
  /** "USER/UNIT" */
  readonly unit: string;
  readonly state: string;
  readonly startedWith: string;
  /** What it would be started with now. */
  readonly fresh: string;
}

interface Running {
  readonly state: "active" | "failed";
  readonly startedWith: string;
  readonly since: number;
}

/** A watch that never ends would never let a test end either. */
const MOST_QUESTIONS = 2_000;

export class MemoryManager {
  readonly account: Account;
  readonly #host: MemoryHost;
  /** Unit -> text of its file at the last reload. */
  #loaded = new Map<string, string>();
  readonly #running = new Map<string, Running>();
  /** Units that still show "activating" once. */
  readonly #starting = new Set<string>();
  #questions = 0;

  constructor(host: MemoryHost, account: Account) {
    this.#host = host;
    this.account = account;
  }

  boot(): void {
    this.#loaded = this.#onDisk();
    for (const unit of this.#loaded.keys()) this.#start(unit);
  }

  /** Everything that a process started now would be made from. */
  freshly(unit: string): string {
    return JSON.stringify([this.#onDisk().get(unit), this.#secretsOf(unit)]);
  }

  startedWith(unit: string): string | undefined {
    return this.#running.get(unit)?.startedWith;
  }

  /** What it would take a daemon-reload to know. */
  unaware(): readonly string[] {
    const onDisk = this.#onDisk();
    const units = [...new Set([...this.#loaded.keys(), ...onDisk.keys()])];
    return units.filter((unit) => this.#loaded.get(unit) !== onDisk.get(unit));
  }

  control([verb = "", ...rest]: readonly string[]): Partial<CommandResult> {
    const units = rest.filter((word) => !word.startsWith("--"));
    if (verb === "daemon-reload") this.#loaded = this.#onDisk();
    // Like systemctl: what it knows is done all the same, and the first that it does not know is the exit code.
    const known = units.filter((unit) => this.#loaded.has(unit)).flatMap((unit) => [unit, ...this.#members(unit)]);
    if (verb === "restart" || verb === "stop") for (const unit of known) this.#running.delete(unit);
    if (verb === "restart" || verb === "start") for (const unit of known) this.#start(unit);
    const unknown = units.find((unit) => !this.#loaded.has(unit));
    return unknown === undefined ? {} : { exitCode: 5, stderr: `Unit ${unknown} not found.` };
  }

  running(): readonly Seen[] {
    const { user } = this.account;
    const own = [...this.#running].map(([unit, { state, startedWith }]) => ({
      unit: `${user}/${unit}`,
      state,
      startedWith,
      fresh: this.freshly(unit),
    }));
    return [{ unit: `${user}/manager`, state: "active", startedWith: "", fresh: "" }, ...own];
  }

  show(units: readonly string[]): string {
    this.#questions += 1;
    if (this.#questions > MOST_QUESTIONS) throw new Error("asked too often: somebody waits for ever");
    return units.map((unit) => this.#showOne(unit)).join("\n");
  }

  #showOne(unit: string): string {
    const scripted = this.#host.scripted.get(unit);
    if (scripted !== undefined) return `Id=${unit}\nLoadState=loaded\n${scripted()}\n`;
    const running = this.#running.get(unit);
    const starting = this.#starting.delete(unit) && running?.state === "active";
    const active = starting ? "activating" : (running?.state ?? "inactive");
    const stale = this.#loaded.has(unit) && this.#loaded.get(unit) !== this.#onDisk().get(unit);
    const load = this.#loaded.has(unit) ? "loaded" : "not-found";
    return `Id=${unit}\nLoadState=${load}\nActiveState=${active}\nSubState=x\nResult=${running?.state === "failed" ? "exit-code" : "success"}\nNeedDaemonReload=${stale ? "yes" : "no"}\nActiveEnterTimestamp=${running?.since ?? ""}\n${this.#limits(unit)}`;
  }

  #limits(unit: string): string {
    const lines = [...(this.#loaded.get(unit) ?? "").matchAll(/^Timeout(Start|Stop)Sec=(\d+)$/gm)];
    return lines.map(([, verb, seconds]) => `Timeout${verb}USec=${seconds}s\n`).join("");
  }

  #start(unit: string): void {
    if (this.#running.get(unit)?.state === "active") return;
    const text = this.#loaded.get(unit) ?? "";
    const name = /^Image=(.*)$/m.exec(text)?.[1];
    const image = name === undefined ? "" : this.#host.imageOf(this.account, name);
    const secrets = this.#secretsOf(unit);
    const ready = image !== undefined && !secrets.includes(undefined);
    this.#running.set(unit, {
      state: ready ? "active" : "failed",
      startedWith: JSON.stringify([text, secrets]),
      since: this.#host.changes,
    });
    this.#starting.add(unit);
    if (ready) this.#host.started(unit, image);
  }

  #secretsOf(unit: string): readonly (string | undefined)[] {
    const names = [...(this.#loaded.get(unit) ?? "").matchAll(/^Secret=([^,\s]+)/gm)].map((match) => match[1]);
    return names.map((name) => this.#host.secrets.get(`${this.account.user}/${name}`));
  }

  #members(unit: string): readonly string[] {
    const pod = /^(.*)-pod\.service$/.exec(unit)?.[1];
    if (pod === undefined) return [];
    return [...this.#loaded].filter(([, text]) => text.includes(`Pod=${pod}.pod\n`)).map(([name]) => name);
  }

  /** Quadlets under the names of the services that the generator makes of them. */
  #onDisk(): Map<string, string> {
    const directory = `/etc/containers/systemd/users/${this.account.uid}/`;
    const paths = [...this.#host.system.files.nodes.keys()].filter((path) => path.startsWith(directory));
    return new Map(
      paths.map((path) => {
        const name = path.slice(directory.length);
        return [name.replace(/\.pod$/, "-pod.service").replace(/\.container$/, ".service"), this.#host.text(path)];
      }),
    );
  }
}
