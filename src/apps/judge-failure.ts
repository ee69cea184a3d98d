/** Why a unit is down that should be up: the likeliest cause first, its own last words where none is known. */
import { fullText, whatFills } from "../model/full.ts";
import { spanText } from "../model/span.ts";
import { isBetweenTries } from "../model/tries.ts";
import { ofLastTry } from "./last-try.ts";
import { findTrouble, lastWords } from "./log-words.ts";
import { PODMAN_TROUBLES } from "./podman-troubles.ts";
import type { Judgement, LogLine, More, Signs } from "./signs.ts";
import { withTrouble } from "./trouble.ts";

const SIGKILL = 9;
/** Shells and podman add it to the number of the signal. */
const SIGNALLED = 128;
const SIGNALS: Readonly<Record<number, string>> = {
  4: "an illegal instruction",
  6: "an abort of its own",
  7: "a bus error",
  11: "a segmentation fault",
};

export function judgeFailure(signs: Signs): Judgement {
  const { fact, more, unit } = signs;
  const found = more === undefined ? undefined : knownCause(signs, more);
  const judgement = found ?? ended(signs);
  const times = fact?.restarts ?? 0;
  // Where its tries are used up, systemd goes on calling it by how the last one ended.
  if (fact?.result === "start-limit-hit" || (fact?.active === "failed" && times >= 2)) {
    const sentence = `${judgement.sentence}; it ended too often, and systemd starts it no more`;
    return { ...judgement, sentence, hint: judgement.hint ?? `sudo svc restart ${unit.name}` };
  }
  if (times < 2) return judgement;
  return { ...judgement, sentence: `${judgement.sentence}; it was started again ${times} times` };
}

function knownCause(signs: Signs, more: More): Judgement | undefined {
  const { unit, service, quoted } = signs;
  const failed = (sentence: string, hint: string): Judgement => ({ word: "failed", sentence, hint });
  if (more.image === false)
    return failed(`its image ${unit.image} is gone`, `sudo svc pull ${unit.name} && sudo svc restart ${unit.name}`);
  if (more.full !== undefined)
    return failed(`the file system of ${more.full.path} ${fullText(more.full)}`, whatFills(more.full));
  const short = shortOf(signs, more);
  if (short !== undefined)
    return failed(`it was killed because memory ran out: ${short}`, `sudo svc restart ${unit.name}`);
  if (more.taken !== undefined) {
    const { port, process } = more.taken;
    const pid = /\(pid (\d+)\)$/.exec(process)?.[1];
    const free = pid === undefined ? `sudo ss -Hltnup sport = :${port}` : `sudo kill ${pid}`;
    return failed(`port ${port} is taken by ${process}`, `${free}; sudo svc restart ${unit.name}`);
  }
  const log = logOf(signs);
  const own = log.filter((line) => line.from === "own");
  const podman = log.filter((line) => line.from === "podman" || line.from === "systemd");
  const trouble =
    findTrouble(unit.log?.troubles ?? [], own, quoted) ??
    findTrouble(PODMAN_TROUBLES, podman, quoted) ??
    findTrouble(PODMAN_TROUBLES.filter(isOfTheKernel), own, quoted);
  return trouble === undefined ? undefined : withTrouble("failed", trouble, { service, unit } as Signs);
}

/** Whose memory ran out, where the unit was killed for that. */
function shortOf({ fact, unit }: Signs, more: More): string | undefined {
  // systemd may know it and the kernel's log be closed to us.
  const unknown = more.outOfMemory === undefined && fact?.result === "oom-kill";
  const of = unknown ? (unit.memory === undefined ? "host" : "unit") : (more.outOfMemory ?? "nobody");
  if (of === "nobody") return undefined;
  if (of === "host") return "the host had none left";
  if (of !== "unit") return `the limit of ${of} was reached`;
  return unit.memory === undefined ? "somebody has given it a limit" : `its limit is ${unit.memory}`;
}

function logOf({ fact, more }: Signs): readonly LogLine[] {
  const isOver = fact?.active !== "activating" || isBetweenTries(fact);
  return ofLastTry(more?.log ?? [], isOver);
}

/** Programs meet these, too; what else podman says they may write about something else. */
function isOfTheKernel({ lines }: { readonly lines: string }): boolean {
  return /space left|already in use/.test(lines);
}

function ended(signs: Signs): Judgement {
  const { fact, more, unit, health } = signs;
  const words = lastWords(logOf(signs));
  const line = words === undefined ? {} : { line: words };
  const say = (sentence: string): Judgement => ({
    word: "failed",
    sentence,
    hint: `sudo svc restart ${unit.name}`,
    ...line,
  });
  const result = fact === undefined || fact.result === "success" ? more?.ending?.result : fact.result;
  if (result === "timeout") {
    const most = unit.startSeconds === undefined ? "in time" : `within ${spanText(unit.startSeconds)}`;
    return say(health?.words ? `it was not ready ${most}: ${health.words}` : `it was not ready ${most}`);
  }
  if (result === "resources") return say("systemd could not start it for want of resources");
  if (more?.ending === undefined) return say("it ended");
  const { kind, status } = more.ending;
  const signal = kind === "killed" ? status : status > SIGNALLED && status < SIGNALLED + 65 ? status - SIGNALLED : 0;
  if (signal === SIGKILL) {
    const check = unit.checked && `by its health check after ${unit.checked.retries} failures, or by hand`;
    if (more.outOfMemory === "nobody")
      return say(`it was killed (signal 9), and not for want of memory${check ? `: ${check}` : ""}`);
    const who = check ?? "by hand";
    return say(`it was killed (signal 9): ${who}, or for want of memory; the kernel's log cannot be read`);
  }
  if (signal > 0) return say(`it ended by ${SIGNALS[signal] ?? "a signal"} (signal ${signal})`);
  const sentence = status === 0 ? "it ended by itself, without an error" : `it ended with code ${status}`;
  if (more.touched === undefined) return say(sentence);
  const { path, gone } = more.touched;
  const how = gone ? "is gone" : "was changed since the last run";
  return { ...say(`${sentence}, and ${path} ${how}`), hint: "sudo install-quadlets" };
}
