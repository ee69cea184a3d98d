/** Facts about one unit in, a word, a sentence and a hint out. */
import { managerUnit, runtimeUnit } from "../commands/systemd.ts";
import { spanText } from "../model/span.ts";
import { isBetweenTries, OFTEN } from "../model/tries.ts";
import { judgeFailure } from "./judge-failure.ts";
import { judgeStart, pullText } from "./judge-start.ts";
import type { Judgement, Signs } from "./signs.ts";

/** Up for as long as this, it had recovered. */
const STEADY_SECONDS = 300;

export function judgeUnit(signs: Signs): Judgement {
  return judgeManager(signs) ?? judgeState(signs);
}

/** Whether more has to be known of it: of one that came back its own trouble may be over, or come again in a minute. */
export function isWorthAsking({ fact }: Signs, { word }: Judgement): boolean {
  return word !== "healthy" || (fact?.restarts ?? 0) >= OFTEN;
}

function judgeManager({ manager, service, more }: Signs): Judgement | undefined {
  const { user, uid, home } = service;
  const failed = (sentence: string, hint: string): Judgement => ({ word: "failed", sentence, hint });
  if (more?.account === false) return failed(`the account ${user} does not exist`, "sudo install-quadlets");
  if (manager === "down")
    return failed(`the user manager of ${user} does not run`, `sudo systemctl start user@${uid}.service`);
  if (manager === "cut off") {
    const units = `${runtimeUnit(uid)} ${managerUnit(uid)}`;
    return failed(
      `/run/user/${uid} is gone, and nothing reaches the user manager of ${user}`,
      `sudo systemctl restart ${units}`,
    );
  }
  if (manager === "silent")
    return failed(`the user manager of ${user} does not answer`, `sudo systemctl restart user@${uid}.service`);
  if (more?.home === false)
    return failed(`its home ${home} is not there`, "findmnt --verify && sudo mount --all && sudo install-quadlets");
  return undefined;
}

function judgeState(signs: Signs): Judgement {
  const { fact, unit } = signs;
  if (fact === undefined || fact.load === "not-found")
    return { word: "failed", sentence: "its unit is not there", hint: "sudo install-quadlets" };
  if (fact.load === "masked")
    return {
      word: "failed",
      sentence: "its unit is masked: somebody forbade it",
      hint: "sudo install-quadlets verify",
    };
  if (fact.load !== "loaded" && fact.load !== "")
    return { word: "failed", sentence: `its unit cannot be read (${fact.load})`, hint: "sudo install-quadlets" };
  if (fact.active === "active" || fact.active === "reloading") return judgeRunning(signs);
  if (fact.active === "failed" || isBetweenTries(fact)) return judgeFailure(signs);
  if (fact.active === "activating") return isLoop(signs) ? judgeFailure(signs) : onceMore(signs, judgeStart(signs));
  // What cleans up after itself between two tries is not being stopped.
  if (fact.result !== "success" && fact.result !== "") return judgeFailure(signs);
  if (fact.active === "deactivating") return { word: "stopped", sentence: "it is being stopped" };
  // At boot, and while a whole service starts: what it needs comes first.
  if (fact.queued) return { word: "starting", sentence: "it waits for its turn" };
  if (signs.service.swap !== undefined) {
    const sentence = `one of the group ${signs.service.swap.group} is awake at a time`;
    return { word: "asleep", sentence, hint: `sudo svc start ${signs.service.name} --swap` };
  }
  const pulled = pullText(signs);
  if (pulled !== undefined) return { word: "starting", sentence: `its image is being pulled (${pulled})` };
  return {
    word: "stopped",
    sentence: `somebody stopped it, or it was never started`,
    hint: `sudo svc start ${unit.name}`,
  };
}

function judgeRunning({ fact, unit, health, more }: Signs): Judgement {
  const restart = `sudo svc restart ${unit.name}`;
  if (health !== undefined && health.streak > 0) {
    const times =
      health.streak === 1 ? "its last health check failed" : `its last ${health.streak} health checks failed`;
    return { word: "degraded", sentence: withWords(times, health.words), hint: restart };
  }
  const { interval, timeout } = unit.checked ?? { interval: 0, timeout: 0 };
  // Checks that hang write nothing down; two in a row, and a busy host, are allowed for.
  if (health !== undefined && unit.checked !== undefined && health.secondsAgo > 2 * (interval + timeout) + 30) {
    const ago = spanText(health.secondsAgo);
    return { word: "degraded", sentence: `its health check hangs: no answer for ${ago}`, hint: restart };
  }
  const up = more?.startedAgo;
  if (fact !== undefined && fact.restarts >= OFTEN && up !== undefined && up < STEADY_SECONDS) {
    const sentence = `it came up ${spanText(up)} ago, after it had ended ${fact.restarts} times`;
    return { word: "degraded", sentence, hint: `sudo svc logs -n 200 ${unit.name}` };
  }
  const done = { oneshot: "it has done its work", socket: "it listens", pod: "it is up", container: "" }[unit.kind];
  return { word: "healthy", sentence: done || (unit.health ? "its health check passes" : "it runs") };
}

/** Again and again: not one crash after a long time in which all was well. */
function isLoop(signs: Signs): boolean {
  return (signs.fact?.restarts ?? 0) >= OFTEN && !recovered(signs);
}

function recovered({ more }: Signs): boolean {
  const { lastUp } = more ?? {};
  return lastUp !== undefined && lastUp.seconds >= STEADY_SECONDS && lastUp.endedAgo < STEADY_SECONDS;
}

/** Why the try before ended stays said while the next is on its way: it will probably end like that, too. */
function onceMore(signs: Signs, start: Judgement): Judgement {
  const tries = signs.fact?.restarts ?? 0;
  if (start.word !== "starting" || tries === 0 || signs.more === undefined || recovered(signs)) return start;
  const { sentence, ...before } = judgeFailure(signs);
  return { ...before, word: "starting", sentence: `${start.sentence}; the try before: ${sentence}` };
}

/** What a check printed, where it printed anything. */
export function withWords(sentence: string, words: string): string {
  return words === "" ? sentence : `${sentence}: ${words}`;
}
