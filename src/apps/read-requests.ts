/** A page of the gateway's log of requests, and whose they are. */
import { ask, type Gateway, listKeys } from "../admin/client.ts";
import { tokenOf } from "../gateway/litellm-admin.ts";
import { type LoggedRequest, parseRequests, requestsQuestion, type Wanted } from "../gateway/litellm-requests.ts";
import { userError } from "../model/diagnostic.ts";

export interface RequestPage {
  readonly rows: readonly LoggedRequest[];
  /** It is not full: no number of pages is to be trusted. */
  readonly isLast: boolean;
}

export async function readRequests(gateway: Gateway, wanted: Wanted): Promise<RequestPage> {
  const rows = parseRequests(await ask(gateway, requestsQuestion(wanted)));
  if (rows === undefined) throw userError("bad-answer", "the gateway's log of requests cannot be read");
  return { rows, isLast: rows.length < wanted.size };
}

/** Names of keys that are there now, for rows that have none; the key of whoever administers is in no list. */
export async function keyNames(gateway: Gateway): Promise<(row: LoggedRequest) => string> {
  const names = new Map((await listKeys(gateway)).map(({ token, name }) => [token, name] as const));
  const master = tokenOf(gateway.master);
  return ({ token, key }) => {
    if (token === master) return "master key";
    return key ?? names.get(token) ?? (token === "" ? "unknown" : `${token.slice(0, 12)}...`);
  };
}
