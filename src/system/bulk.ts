/** Bulk data: pipes between programs, and large files of root's own; see Bulk in interfaces.ts. */
import { type ChildProcess, spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Command } from "../model/command.ts";
import { userError } from "../model/diagnostic.ts";
import { CommandFailed, type Outcome } from "./command-failed.ts";
import { MINIMAL_ENVIRONMENT } from "./environment.ts";
import type { Bulk, Chain, PipeEnds } from "./interfaces.ts";
import { createLarge, openLarge } from "./large-file.ts";
import { type Collector, collectText } from "./lines.ts";
import { endGroup, forgetGroup, watchGroup } from "./process-groups.ts";

const MAX_COMPLAINT_CHARS = 64 * 1024;
/** A dump may think for minutes before its first byte; what says nothing for longer hangs. */
const SILENCE_MS = 30 * 60 * 1000;

export const realBulk: Bulk = { pipe, open: openLarge, create: createLarge };

interface Link {
  readonly command: Command;
  readonly child: ChildProcess;
  readonly complaints: Collector;
  readonly ended: Promise<Outcome>;
}

async function pipe(commands: Chain, { input, onOutput = () => undefined }: PipeEnds): Promise<void> {
  const links: Link[] = [];
  const watch = watchSilence(() => endAll(links));
  try {
    for (const [index, command] of commands.entries()) {
      links.push(await begin(command, index > 0 || input !== undefined));
    }
    const flows = connect(links, input, watch.heard, onOutput);
    const outcomes = Promise.all(links.map((link) => link.ended));
    // What breaks on our side (a full disk) would leave the programs waiting for a reader.
    const broken = await flows.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (broken !== undefined) endAll(links);
    const ended = await outcomes;
    // Ours is the reason, and what the programs say of it is not.
    if (broken !== undefined) throw broken.error;
    refuseFailed(links, ended, watch.isSilent());
  } finally {
    watch.stop();
    endAll(links);
    for (const { child } of links) if (child.pid !== undefined) forgetGroup(child.pid);
  }
}

async function begin(command: Command, takesInput: boolean): Promise<Link> {
  const [program, ...args] = command.argv;
  const child = spawn(program, args, {
    env: { ...MINIMAL_ENVIRONMENT, ...command.env },
    cwd: command.cwd ?? "/",
    stdio: [takesInput ? "pipe" : "ignore", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) {
    const error = await new Promise<Error>((resolve) => child.once("error", resolve));
    throw userError("no-such-program", `${program}: cannot be started: ${error.message}`);
  }
  watchGroup(pid);
  const complaints = collectText(MAX_COMPLAINT_CHARS);
  child.stderr?.on("data", (chunk: Uint8Array) => complaints.write(chunk));
  const ended = new Promise<Outcome>((resolve) => {
    child.once("close", (code, signal) =>
      resolve(code === null ? { kind: "signal", signal: signal ?? "?" } : { kind: "exit", code }),
    );
  });
  return { command, child, complaints, ended };
}

/** Settles when every pipe has run dry. A program that ends early shows by its exit code, so a closed pipe is no error here. */
async function connect(
  links: readonly Link[],
  chunks: Iterable<Uint8Array> | undefined,
  heard: () => void,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  const told = function* (): Generator<Uint8Array> {
    for (const chunk of chunks ?? []) {
      heard();
      yield chunk;
    }
  };
  const flows = links.map(({ child }, index) => {
    const from =
      index === 0 ? (chunks === undefined ? undefined : Readable.from(told())) : links[index - 1]?.child.stdout;
    if (!from || child.stdin === null) return undefined;
    return pipeline(from, child.stdin).catch(ignoreClosed);
  });
  const last = links.at(-1)?.child.stdout;
  const taken = (async () => {
    for await (const chunk of last ?? []) {
      heard();
      onChunk(chunk as Uint8Array);
    }
  })();
  await Promise.all([...flows, taken]);
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (!["EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET"].includes(error.code ?? "")) throw error;
}

/** What a program says whose reader ended before it. */
const NO_READER = /Broken pipe|Connection reset/;

/** The first that failed by itself, and not because the next one stopped reading. */
function refuseFailed(links: readonly Link[], outcomes: readonly Outcome[], silent: boolean): void {
  const failed = links.flatMap(({ command, complaints }, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined || (outcome.kind === "exit" && outcome.code === 0)) return [];
    return [{ command, outcome, stderr: complaints.end() }];
  });
  const byItself = failed.find(({ outcome, stderr }) => outcome.kind === "exit" && !NO_READER.test(stderr));
  const first = byItself ?? failed[0];
  if (first === undefined) return;
  const outcome: Outcome = silent ? { kind: "timeout", milliseconds: SILENCE_MS } : first.outcome;
  throw new CommandFailed(first.command, outcome, { exitCode: -1, stdout: "", stderr: first.stderr });
}

function endAll(links: readonly Link[]): void {
  for (const { child } of links) {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) endGroup(child.pid);
  }
}

function watchSilence(onSilence: () => void): {
  readonly heard: () => void;
  readonly isSilent: () => boolean;
  readonly stop: () => void;
} {
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    onSilence();
  }, SILENCE_MS);
  return { heard: () => timer.refresh(), isSilent: () => silent, stop: () => clearTimeout(timer) };
}
