/** What an answer says of a route, of a name or of a step: facts in, words out. */
import type { AskedStep, IndexedName, IndexedRoute } from "../model/asked.ts";
import { UserError } from "../model/diagnostic.ts";
import { type HttpAnswer, isGood } from "../model/http.ts";
import { parseJson } from "../model/json.ts";
import { isFound, valueAt } from "../model/probe.ts";
import { reasonIn } from "../model/refusal-text.ts";
import { isUp, type UnitState } from "./control.ts";

export interface Lack {
  readonly missing: string;
  readonly hint?: string;
  /** A person stopped it: said, and nobody's failure. */
  readonly byHand?: true;
}

/** Of a question that got no answer; what is nobody's to read is thrown on. */
export function lackIn(error: unknown): Lack {
  if (!(error instanceof UserError)) throw error;
  return { missing: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
}

/** What a proxy says of whoever is behind it and does not answer. */
const NOBODY_BEHIND = [502, 503, 504];

export type Behind = "up" | "starting" | "stopped" | "failed";

export function isPassedOn({ status }: HttpAnswer): boolean {
  return !NOBODY_BEHIND.includes(status);
}

/** Whatever the service says is an answer: a redirect, 401, 404. */
export function judgeRoute({ to }: Pick<IndexedRoute, "to">, answer: HttpAnswer, behind: Behind): Lack | undefined {
  if (isPassedOn(answer)) return undefined;
  const said = `it answers ${answer.status}`;
  if (behind === "stopped") return { missing: `${to} is stopped`, hint: `sudo svc start ${to}`, byHand: true };
  if (behind === "up") return { missing: `${said}, though ${to} runs`, hint: `sudo svc restart ${to}` };
  return {
    missing: `${said}: ${to} ${behind === "failed" ? "has failed" : "is still starting"}`,
    hint: `sudo svc status ${to}`,
  };
}

/** Of all units of whoever is behind a route. */
export function behindOf(states: readonly UnitState[]): Behind {
  if (states.every(isUp)) return "up";
  const words = states.map(({ fact }) => fact?.active);
  if (states.some(({ manager }) => manager !== "up") || words.includes("failed")) return "failed";
  return words.includes("activating") ? "starting" : "stopped";
}

export function judgeName({ address }: Pick<IndexedName, "address">, found: readonly string[]): Lack | undefined {
  if (found.length === 1 && found[0] === address) return undefined;
  const missing = found.length === 0 ? "it does not know the name" : `it says ${found.join(", ")}`;
  // What was changed by hand in its files is found and put right by a run.
  return { missing, hint: "sudo install-quadlets" };
}

/** Undefined where the answer is as it should be. */
export function judgeStep({ method, path, find, equals }: AskedStep, answer: HttpAnswer): string | undefined {
  const asked = `${method} ${path}`;
  if (!isGood(answer)) return `${asked} is answered by ${answer.status}: ${reasonIn(answer.body)}`;
  if (find === undefined) return undefined;
  const body = parseJson(answer.body);
  if (!isFound(body, find)) return `${asked} is answered without ${find}`;
  const value = valueAt(body, find);
  return equals === undefined || String(value) === equals ? undefined : `${asked} is answered with another ${find}`;
}
