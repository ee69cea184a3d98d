/** The doors to the host: everything that reads or changes it goes through one of these. */
import type { Command, CommandResult } from "../model/command.ts";
import type { HttpAnswer, HttpQuestion } from "../model/http.ts";

/**
 * Runs commands. `run` throws CommandFailed on a non-zero exit; `probe` returns the result whatever it is, and is for
 * commands that only read: the read-only system allows it and refuses `run`. Both throw on a deadline and on a
 * program that is not there.
 */
export interface Runner {
  run(command: Command, onLine?: (line: string) => void): Promise<CommandResult>;
  probe(command: Command): Promise<CommandResult>;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly uid: number;
  readonly gid: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly size: number;
  /** When its content last changed: milliseconds since 1970. */
  readonly modified: number;
}

export interface WriteOptions {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Reads and changes the disk. No method follows a symlink in any component of a path
 * (service users own parts of the trees); one found on the way is a UserError.
 */
export interface Files {
  /** Undefined where nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Undefined where nothing is there; `maxBytes` guards against a huge file planted by a service user. */
  read(path: string, maxBytes?: number): Promise<string | undefined>;
  /** Sorted names; empty where nothing is there. */
  list(path: string): Promise<readonly string[]>;
  /** Temporary file in the same directory with an unpredictable name and the final mode and owner, fsync, rename, fsync of the directory. */
  write(path: string, content: string, options: WriteOptions): Promise<void>;
  /** Creates one directory (parents must exist) or corrects owner and mode of an existing one. */
  makeDirectory(path: string, options: WriteOptions): Promise<void>;
  setOwnerAndMode(path: string, options: WriteOptions): Promise<void>;
  /** A file, a symlink (itself, not its target) or an empty directory; nothing there is no error. */
  remove(path: string): Promise<void>;
}

export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

/** Random bytes for generated secrets. */
export interface Randomness {
  bytes(count: number): Uint8Array;
}

/** What the kernel and this process tell without a command, and that is no file `Files` could read. */
export interface Host {
  effectiveUid(): number;
  /** /proc/self is a symlink, so /proc/PID is read instead. */
  processId(): number;
  hostname(): string;
  /** Addresses of the interfaces that are up, without the loopback ones. */
  addresses(): readonly string[];
  /** Names of network interfaces by the addresses that they have. */
  interfaces(): ReadonlyMap<string, string>;
  /** Who called sudo; undefined without it. */
  sudoUser(): string | undefined;
  /** Path of a program on the fixed PATH of every command, or in one of the extra directories. */
  findProgram(name: string, extraDirectories?: readonly string[]): string | undefined;
  /** Follows symlinks: only for files that no service user can place, such as /etc/resolv.conf. */
  readTrusted(path: string): string | undefined;
  /** Of a file, behind symlinks, too: in the same places. */
  statTrusted(path: string): Pick<FileStat, "uid" | "mode"> | undefined;
  /** "nginx (pid 812)" by socket inode; looks through every process, so it is asked only about conflicts. */
  socketOwners(inodes: readonly number[]): ReadonlyMap<number, string>;
}

/** Commands of which each reads what the one before wrote. */
export type Chain = readonly [Command, ...Command[]];

export interface PipeEnds {
  /** For the first command; without it that has no input. */
  readonly input?: Iterable<Uint8Array>;
  /** Is given what the last command writes. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/** What is too large for memory: what programs write and read, and files of root's own, a piece at a time. */
export interface Bulk {
  /** Throws CommandFailed where one of them fails, and what `ends` throw. */
  pipe(commands: Chain, ends: PipeEnds): Promise<void>;
  /** Opens a file without following a symlink anywhere in its path; undefined where nothing is there. */
  open(path: string): BulkFile | undefined;
  /** A new file of root's alone, under a name that nobody can foresee; the directory must exist. */
  create(directory: string): NewFile;
}

export interface BulkFile {
  readonly size: number;
  /** Fewer bytes only at the end. */
  read(position: number, length: number): Uint8Array;
  close(): void;
}

export interface NewFile extends BulkFile {
  append(bytes: Uint8Array): void;
  /** Writes over what is there already. */
  patch(position: number, bytes: Uint8Array): void;
  /** On disk, under this name in its directory; throws where the name is taken. */
  publish(name: string): void;
  /** Nothing is left of it. After `publish` it only closes. */
  discard(): void;
}

/** Programs of this host that answer at its loopback address. */
export interface Http {
  /**
   * Undefined where nobody listens; throws a UserError where no answer comes, or one that is too long. With `onLine` a good answer may
   * last: each line of it is handed on as it comes and none is kept, the deadline is for silence, and what `onLine` throws ends it.
   */
  ask(question: HttpQuestion, onLine?: (line: string) => void): Promise<HttpAnswer | undefined>;
}

/** A name server, asked for itself and not as the host's resolver would. */
export interface Dns {
  /** IPv4 addresses; empty where it knows none. Throws a UserError where no answer comes. */
  addresses(question: DnsQuestion): Promise<readonly string[]>;
}

export interface DnsQuestion {
  readonly name: string;
  /** IPv4. */
  readonly server: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Whose end of a stream it was, and what else was answered. */
export interface StreamedAnswer extends HttpAnswer {
  /** From the question to the end. */
  readonly milliseconds: number;
  /** By names in lower case; absent where nobody kept them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers that come in pieces, over connections that are kept. */
export interface HttpStreams {
  /** `at`: milliseconds since the question. Undefined where nobody listens; throws a UserError where it breaks off. */
  stream(question: HttpQuestion, onEvent: (data: string, at: number) => void): Promise<StreamedAnswer | undefined>;
  close(): void;
}

/** Requests to end this program: Ctrl-C, SIGTERM, a terminal that is gone. */
export interface Signals {
  /**
   * Until it is released the first request only calls `onFirst`, at once; a second one ends this program, with exit code 130.
   * Commands go on meanwhile, unless they may be ended, or all are to be.
   */
  hold(onFirst: () => void, ends?: "all"): Held;
}

export interface Held {
  asked(): boolean;
  release(): void;
}

/** What V8 made of the program that runs: whoever runs it later need not compile it again. */
export interface OwnCode {
  /** For a copy of this package. */
  keepIn(copy: string): Promise<void>;
  /** For the copy that runs, where it had to be compiled. */
  keepHere(): Promise<void>;
}

export interface System {
  readonly runner: Runner;
  readonly files: Files;
  readonly host: Host;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly http: Http;
  readonly dns: Dns;
  readonly signals: Signals;
  readonly code: OwnCode;
}
