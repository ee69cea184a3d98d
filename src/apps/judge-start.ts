/** A unit on its way up: in which phase it is, and whether it gets on. */

import { tellsProgress } from "../model/log-pattern.ts";
import { sizeText } from "../model/size.ts";
import { spanText } from "../model/span.ts";
import { type FoundPhase, findPhase, findTrouble, lastWords } from "./log-words.ts";
import type { Judgement, LogLine, More, Signs } from "./signs.ts";
import { withTrouble } from "./trouble.ts";

/** Programs say something within seconds; one that is read from a slow disk for the first time takes minutes. */
const SPEECHLESS_SECONDS = 300;

export function judgeStart(signs: Signs): Judgement {
  const { unit, more, health } = signs;
  if (more === undefined) return { word: "starting", sentence: "it is on its way" };
  const log = sinceStart(more);
  const own = log.filter((line) => line.from === "own");
  const found = findPhase(unit.log?.phases ?? [], own);
  const since = more.startedAgo === undefined ? "" : `, for ${spanText(more.startedAgo)}`;
  const endless = tellsProgress(unit.log);
  const most = endless || unit.startSeconds === undefined ? "" : ` of at most ${spanText(unit.startSeconds)}`;
  const phase = phaseText(signs, found);
  // Where nothing ends it, a phase that may be silent may be that for no longer than a whole start should take.
  const stuck = stuckFor(found?.phase.silentSeconds ?? (endless ? unit.startSeconds : undefined), own, more);
  const probe = health?.words ? `; its health check says: ${health.words}` : "";
  if (isSpeechless(signs, log)) {
    const sentence = `it is on its way${since}${since && most}, and has written nothing since it began${probe}`;
    return { word: "degraded", sentence, hint: `sudo svc restart ${unit.name}` };
  }
  if (stuck === undefined) {
    return { word: "starting", sentence: `it is on its way${phase}${since}${since && most}${phase ? "" : probe}` };
  }
  const trouble = findTrouble(unit.log?.troubles ?? [], own, signs.quoted);
  if (trouble !== undefined) return withTrouble("degraded", trouble, signs);
  const words = lastWords(own);
  return {
    word: "degraded",
    sentence: `its start${phase} makes no progress: nothing for ${spanText(stuck)}`,
    hint: `sudo svc restart ${unit.name}`,
    ...(words !== undefined && { line: words }),
  };
}

/** Of the image, before the program could say anything. */
export function pullText({ unit, more }: Signs): string | undefined {
  if (more?.image !== false || more.pulled === undefined) return undefined;
  return ofAbout(more.pulled, unit.imageMegabytes === undefined ? undefined : unit.imageMegabytes * 1e6);
}

function ofAbout(bytes: number, whole: number | undefined): string {
  return `${sizeText(bytes)}${whole === undefined ? "" : ` of about ${sizeText(whole)}`}`;
}

function phaseText(signs: Signs, found: FoundPhase | undefined): string {
  const pulled = pullText(signs);
  if (pulled !== undefined) return ` (pulling its image, ${pulled})`;
  if (found === undefined) return "";
  const { fetched } = signs.more ?? {};
  const parts = [
    found.phase.phase,
    ...(found.percent ? [`${found.percent} %`] : []),
    ...(fetched && found.phase.grows !== undefined ? [ofAbout(fetched.bytes, fetched.whole)] : []),
  ];
  return ` (${parts.join(", ")})`;
}

/** Podman's own lines count as well: it pulls images. Only where systemd's line of its start is there was all of it read. */
function isSpeechless({ unit, more }: Signs, log: readonly LogLine[]): boolean {
  if (unit.kind !== "container" || more?.startedAgo === undefined || more.startedAgo <= SPEECHLESS_SECONDS)
    return false;
  return log.some(({ from }) => from === "systemd") && !log.some(isWritten);
}

function isWritten({ from }: LogLine): boolean {
  return from !== "systemd" && from !== "event";
}

/** Seconds of silence, where they are more than the phase allows and no file grows meanwhile. */
function stuckFor(allowed: number | undefined, own: readonly LogLine[], more: More): number | undefined {
  const last = own.at(-1);
  if (allowed === undefined || last === undefined || more.now === undefined || more.grows === true) return undefined;
  const silent = more.now - last.time / 1_000_000;
  return silent > allowed ? silent : undefined;
}

/** Lines of the start before this one are about something that is over. */
function sinceStart({ log, now, startedAgo }: More): readonly LogLine[] {
  if (now === undefined || startedAgo === undefined) return log;
  return log.filter(({ time }) => time / 1_000_000 >= now - startedAgo - 1);
}
