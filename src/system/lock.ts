/** One changing run at a time: a lock file that says who holds it; the lock of a run that was killed is taken over. */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { UserError, userError } from "../model/diagnostic.ts";
import { errorCode } from "./descend.ts";
import { randomHex } from "./random.ts";

/** In /run, so a reboot clears it. */
const LOCK_FILE = "/run/install-quadlets.lock";

export interface Lock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** From /proc/PID/stat: tells a process from a later one with the same number. */
  readonly started: string;
  readonly who: string;
  readonly since: string;
  readonly what: string;
}

/** Throws a UserError that names the holder. `what` is the command line, for example "install-quadlets apply". */
export function takeLock(what: string, file: string = LOCK_FILE): Lock {
  const content = JSON.stringify({
    pid: process.pid,
    started: startTime(process.pid) ?? "",
    who: process.env["SUDO_USER"] ?? "root",
    since: new Date().toISOString(),
    what,
  } satisfies Holder);
  // The second try is for a stale lock that was cleared, the third for one that appeared meanwhile.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(file, content)) return { release: () => release(file, content) };
    const found = readText(file);
    if (found === undefined) continue;
    const holder = parse(found);
    if (holder !== undefined && startTime(holder.pid) === holder.started) throw held(holder);
    clearStale(file, found);
  }
  throw userError("locked", `${file}: another run took the lock`, "try again in a moment");
}

export function isRunAtWork(file: string = LOCK_FILE): boolean {
  const holder = parse(readText(file) ?? "");
  return holder !== undefined && startTime(holder.pid) === holder.started;
}

/** Throws the same UserError where a run is at work now. */
export function refuseDuringRun(file: string = LOCK_FILE): void {
  const holder = parse(readText(file) ?? "");
  if (holder !== undefined && startTime(holder.pid) === holder.started) throw held(holder);
}

/** link(2) fails where the name exists and never shows a file that is still empty. */
function create(file: string, content: string): boolean {
  const temporary = `${file}.${randomHex(8)}`;
  writeFileSync(temporary, content, { flag: "wx", mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Renamed before it is removed: two runs that find the same stale lock must not remove each other's new one. */
function clearStale(file: string, stale: string): void {
  const aside = `${file}.${randomHex(8)}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  try {
    // Not the one that we judged: somebody took the lock in between, so it goes back.
    if (readText(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    unlinkSync(aside);
  }
}

function release(file: string, content: string): void {
  if (readText(file) === content) unlinkSync(file);
}

/** Another run is at work: for who can leave it at that. */
export class LockHeld extends UserError {
  override readonly code = "locked";
}

function held(holder: Holder): UserError {
  return new LockHeld(
    `another run is at work: ${holder.what} (pid ${holder.pid}), started by ${holder.who} at ${holder.since}`,
    "wait until it has ended",
  );
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (typeof value?.pid !== "number" || typeof value.started !== "string") return undefined;
    return { who: "somebody", since: "an unknown time", what: "a run", ...value } as Holder;
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat. The second field is the program's name in parentheses and may contain anything. */
function startTime(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ESRCH") return undefined;
    throw error;
  }
}
