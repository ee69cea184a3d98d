/** A unit on its way up: in which phase it is, and whether it gets on. */
import { spanText } from "../model/span.ts";
import { findPhase, findTrouble, lastWords } from "./log-words.ts";
import type { Judgement, LogLine, More, Signs } from "./signs.ts";
import { withTrouble } from "./trouble.ts";

export function judgeStart(signs: Signs): Judgement {
  const { unit, more, health } = signs;
  if (more === undefined) return { word: "starting", sentence: "it is on its way" };
  const log = sinceStart(more);
  const own = log.filter((line) => line.from === "own");
  const found = findPhase(unit.log?.phases ?? [], own);
  const since = more.startedAgo === undefined ? "" : `, for ${spanText(more.startedAgo)}`;
  const most = unit.startSeconds === undefined ? "" : ` of at most ${spanText(unit.startSeconds)}`;
  const phase = found === undefined ? "" : ` (${found.phase.phase}${found.percent ? `, ${found.percent} %` : ""})`;
  const stuck = stuckFor(found?.phase.silentSeconds, own, more);
  if (stuck === undefined) {
    const probe = health?.words ? `; its health check says: ${health.words}` : "";
    return { word: "starting", sentence: `it is on its way${phase}${since}${since && most}${found ? "" : probe}` };
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
