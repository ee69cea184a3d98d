/** Runs commands: no shell, a deadline, the whole process group ended when it passes. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { closeSync, existsSync } from "node:fs";
import type { Readable } from "node:stream";
import type { Command, CommandResult } from "../model/command.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import { CommandFailed, type Outcome } from "./command-failed.ts";
import { MINIMAL_ENVIRONMENT } from "./environment.ts";
import type { Runner } from "./interfaces.ts";
import { type Collector, collectText } from "./lines.ts";
import { endGroup, forgetGroup, isSpared, killGroup, watchGroup } from "./process-groups.ts";
import { openStdin } from "./stdin-file.ts";

const MAX_OUTPUT_CHARS = 16 * 1024 * 1024;
/** With a line callback the caller has seen it all; the text is only for the error message. */
const MAX_STREAMED_CHARS = 64 * 1024;
/** A daemon that the command left behind may hold its pipes open; what matters was written before the exit. */
const DRAIN_MS = 500;

export class RealRunner implements Runner {
  async run(command: Command, onLine?: (line: string) => void): Promise<CommandResult> {
    const { outcome, result } = await execute(command, onLine);
    if (outcome.kind !== "exit" || outcome.code !== 0) throw new CommandFailed(command, outcome, result);
    return result;
  }

  async probe(command: Command): Promise<CommandResult> {
    const { outcome, result } = await execute(command, undefined);
    if (outcome.kind !== "exit") throw new CommandFailed(command, outcome, result);
    return result;
  }
}

interface Execution {
  readonly outcome: Outcome;
  readonly result: CommandResult;
}

/** As what a terminal ends the group in front of it. */
const OF_A_TERMINAL: readonly string[] = ["SIGINT", "SIGHUP"];

/**
 * A command is one of us until it leads a group of its own, so that a Ctrl-C which it is to be kept from may meet it before it has
 * begun: then it is begun again, once. Later no terminal reaches it, and what somebody else ends half-way is not done twice.
 */
async function execute(command: Command, onLine: ((line: string) => void) | undefined): Promise<Execution> {
  const execution = await executeOnce(command, onLine);
  const { outcome, result } = execution;
  const met = outcome.kind === "signal" && OF_A_TERMINAL.includes(outcome.signal) && isSpared(command.mayEnd);
  return met && result.stdout === "" && result.stderr === "" ? executeOnce(command, onLine) : execution;
}

async function executeOnce(command: Command, onLine: ((line: string) => void) | undefined): Promise<Execution> {
  const stdin = command.stdin === undefined ? undefined : openStdin(command.stdin);
  const { child, pid } = await begin(command, stdin ?? "ignore").finally(() => stdin !== undefined && closeSync(stdin));
  watchGroup(pid, command.mayEnd);
  const limit = onLine === undefined ? MAX_OUTPUT_CHARS : MAX_STREAMED_CHARS;
  const stdout = collectText(limit, onLine);
  const stderr = collectText(limit, onLine);
  try {
    const finished = finish(child, stdout, stderr);
    const outcome = await withDeadline(finished, command.timeoutMs, pid);
    const exitCode = outcome.kind === "exit" ? outcome.code : -1;
    return { outcome, result: { exitCode, stdout: stdout.end(), stderr: stderr.end() } };
  } finally {
    forgetGroup(pid);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * node:child_process and not execa: of execa we would use nothing but this call, and loading it takes longer than most
 * commands that `svc` asks.
 */
async function begin(
  command: Command,
  stdin: number | "ignore",
): Promise<{ readonly child: Child; readonly pid: number }> {
  const [program, ...args] = command.argv;
  try {
    const child = spawn(program, args, {
      env: { ...MINIMAL_ENVIRONMENT, ...command.env },
      cwd: command.cwd ?? "/",
      stdio: [stdin, "pipe", "pipe"],
      detached: true,
    }) as Child;
    const { pid } = child;
    // A program that is not there has no number; the reason comes as an event.
    if (pid === undefined) throw await new Promise((resolve) => child.once("error", resolve));
    return { child, pid };
  } catch (error) {
    throw spawnError(command, error instanceof Error ? error.message : String(error));
  }
}

/** Settles when the program has exited and its output is read, or DRAIN_MS after the exit. */
function finish(child: Child, stdout: Collector, stderr: Collector): Promise<Outcome> {
  child.stdout.on("data", (chunk: Uint8Array) => stdout.write(chunk));
  child.stderr.on("data", (chunk: Uint8Array) => stderr.write(chunk));
  const drained = Promise.all([ended(child.stdout), ended(child.stderr)]);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      const outcome: Outcome = code === null ? { kind: "signal", signal: signal ?? "?" } : { kind: "exit", code };
      const timer = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        resolve(outcome);
      }, DRAIN_MS);
      void drained.then(() => {
        clearTimeout(timer);
        resolve(outcome);
      });
    });
  });
}

function ended(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["end", "close", "error"]) stream.once(event, () => resolve());
  });
}

async function withDeadline(finished: Promise<Outcome>, timeoutMs: number | undefined, pid: number): Promise<Outcome> {
  if (timeoutMs === undefined) return finished;
  let passed = false;
  const timer = setTimeout(() => {
    passed = true;
    endGroup(pid);
  }, timeoutMs);
  const outcome = await finished;
  clearTimeout(timer);
  if (!passed) return outcome;
  // The leader is gone; what ignored SIGTERM in its group goes now.
  killGroup(pid);
  return { kind: "timeout", milliseconds: timeoutMs };
}

/** ENOENT is also what a missing working directory gives. */
function spawnError(command: Command, message: string): UserError {
  const [program] = command.argv;
  if (command.cwd !== undefined && !existsSync(command.cwd)) {
    return userError("no-such-program", `${program}: cannot run in ${command.cwd}: no such directory`);
  }
  if (message.includes("ENOENT")) {
    return userError("no-such-program", `${program}: not found`, `install the package that contains ${program}`);
  }
  return userError("no-such-program", `${program}: cannot be started: ${message}`);
}
