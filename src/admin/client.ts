/** Asks a gateway about its keys, and tells it of them. */
import { listQuestion, parsePage, type Question } from "../gateway/litellm-admin.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { type HttpAnswer, isGood } from "../model/http.ts";
import type { FoundKey } from "../model/key-facts.ts";
import { reasonIn } from "../model/refusal-text.ts";
import type { Secret } from "../model/secret.ts";
import type { Http } from "../system/interfaces.ts";

export interface Gateway {
  readonly http: Http;
  readonly port: number;
  readonly master: Secret;
}

const ANSWER_MS = 20_000;
/** No site has more keys than that; a gateway that always names one page more must end, too. */
const MOST_PAGES = 100;

/** Nobody listens there. */
export class GatewayDown extends UserError {
  override readonly code = "no-answer";

  constructor(port: number) {
    super(`nobody answers at 127.0.0.1:${port}`);
    this.name = "GatewayDown";
  }
}

/** Throws a UserError for every answer but a good one. */
export async function ask(gateway: Gateway, question: Question, timeoutMs = ANSWER_MS): Promise<string> {
  const answer = await answerTo(gateway, question, timeoutMs);
  if (isGood(answer)) return answer.body;
  throw refusal(question, answer);
}

/** Undefined where it has no such path: one of another age. */
export async function askIfThere(gateway: Gateway, question: Question): Promise<string | undefined> {
  const answer = await answerTo(gateway, question, ANSWER_MS);
  if (answer.status === 404) return undefined;
  if (isGood(answer)) return answer.body;
  throw refusal(question, answer);
}

async function answerTo({ http, port, master }: Gateway, question: Question, timeoutMs: number): Promise<HttpAnswer> {
  const answer = await http.ask({ ...question, port, bearer: master, timeoutMs });
  if (answer === undefined) throw new GatewayDown(port);
  return answer;
}

function refusal({ path }: Question, answer: HttpAnswer): UserError {
  const asked = path.replace(/\?.*$/, "");
  return userError("bad-answer", `the gateway answers ${answer.status} to ${asked}: ${reasonOf(answer)}`);
}

export async function listKeys(gateway: Gateway): Promise<readonly FoundKey[]> {
  const found: FoundKey[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = parsePage(await ask(gateway, listQuestion(page)));
    if (answer === undefined) throw userError("bad-answer", "the gateway's list of keys cannot be read");
    for (const key of answer.keys) found.push(key);
    if (page >= answer.pages) break;
  }
  return found;
}

/** A key in it is left out. */
function reasonOf({ body }: HttpAnswer): string {
  return reasonIn(body, ["error", "detail"]).replace(/sk-[A-Za-z0-9_-]{4,}/g, "sk-...");
}
