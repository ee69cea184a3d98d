/** A whole host in memory, for tests: files, scripted commands, a clock that jumps, random bytes that repeat. */
import type { HttpAnswer, HttpQuestion } from "../../src/model/http.ts";
import type {
  Clock,
  Dns,
  DnsQuestion,
  Held,
  Host,
  Http,
  Randomness,
  Signals,
  System,
} from "../../src/system/interfaces.ts";
import { MemoryFiles, type MemoryNode } from "./memory-files.ts";
import { MemoryRunner } from "./memory-runner.ts";

export interface MemoryOptions {
  /** A plain text is root's file with mode 0644; parents appear by themselves. */
  readonly files?: Readonly<Record<string, MemoryNode | string>>;
  readonly now?: Date;
  readonly host?: Partial<Host>;
  /** Programs that exist; undefined: all do. */
  readonly programs?: readonly string[];
}

export interface MemorySystem extends System {
  readonly runner: MemoryRunner;
  readonly files: MemoryFiles;
  readonly clock: MemoryClock;
  readonly http: MemoryHttp;
  readonly dns: MemoryDns;
  readonly signals: MemorySignals;
}

export function memorySystem(options: MemoryOptions = {}): MemorySystem {
  const files = new MemoryFiles();
  for (const [path, node] of Object.entries(options.files ?? {})) files.put(path, node);
  return {
    files,
    runner: new MemoryRunner(),
    clock: new MemoryClock(options.now ?? new Date("2026-11-21T12:00:00Z")),
    random: new MemoryRandomness(),
    http: new MemoryHttp(),
    dns: new MemoryDns(),
    signals: new MemorySignals(),
    code: { keepIn: async () => undefined, keepHere: async () => undefined },
    host: { ...memoryHost(files, options.programs), ...options.host },
  };
}

/** Sleeping takes no time here, but moves the clock. */
class MemoryClock implements Clock {
  #now: number;
  constructor(now: Date) {
    this.#now = now.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
  }
}

/** Nobody listens, unless a test says who does. */
class MemoryHttp implements Http {
  answer: (question: HttpQuestion) => HttpAnswer | undefined = () => undefined;

  async ask(question: HttpQuestion, onLine?: (line: string) => void): Promise<HttpAnswer | undefined> {
    const answer = this.answer(question);
    if (onLine === undefined || answer?.status !== 200) return answer;
    for (const line of answer.body.split("\n")) if (line !== "") onLine(line);
    return { ...answer, body: "" };
  }
}

/** Knows no name, unless a test says which. */
class MemoryDns implements Dns {
  answer: (question: DnsQuestion) => readonly string[] = () => [];

  async addresses(question: DnsQuestion): Promise<readonly string[]> {
    return this.answer(question);
  }
}

/** Ctrl-C is `send`; only who holds signals hears it. */
class MemorySignals implements Signals {
  #holders: (() => void)[] = [];

  send(): void {
    for (const hear of this.#holders) hear();
  }

  hold(onFirst: () => void): Held {
    let asked = false;
    const hear = (): void => {
      if (!asked) onFirst();
      asked = true;
    };
    this.#holders.push(hear);
    return {
      asked: () => asked,
      release: () => {
        this.#holders = this.#holders.filter((holder) => holder !== hear);
      },
    };
  }
}

/** 1, 2, 3, ...: two calls never give the same bytes, two runs of a test do. */
class MemoryRandomness implements Randomness {
  #next = 1;
  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#next++ % 256);
  }
}

function memoryHost(files: MemoryFiles, programs: readonly string[] | undefined): Host {
  return {
    effectiveUid: () => 0,
    processId: () => 4242,
    hostname: () => "gpu",
    addresses: () => ["192.0.2.10"],
    interfaces: () => new Map([["192.0.2.10", "eth0"]]),
    sudoUser: () => undefined,
    findProgram: (name) => (programs === undefined || programs.includes(name) ? `/usr/bin/${name}` : undefined),
    readTrusted: (path) => {
      const node = files.nodes.get(path);
      return node?.kind === "file" ? node.content : undefined;
    },
    statTrusted: (path) => {
      const node = files.nodes.get(path);
      return node?.kind === "file" ? { uid: node.uid, mode: node.mode } : undefined;
    },
    socketOwners: () => new Map(),
  };
}
