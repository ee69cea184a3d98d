/** `gateway-manage tail`: a line for each request as it ends, until Ctrl-C or until nobody reads any more. */
import { type Gateway, listKeys } from "../admin/client.ts";
import { Following } from "../apps/follow-requests.ts";
import { LastingGateway } from "../apps/lasting-gateway.ts";
import { keyNames } from "../apps/read-requests.ts";
import type { LoggedRequest } from "../gateway/litellm-requests.ts";
import { UserError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { makeSystem } from "../system/real.ts";
import { findKey } from "./gateway-keys.ts";
import { complain, print } from "./output.ts";
import { REQUEST_HEAD, requestCells, requestJson } from "./request-text.ts";
import { untilUnread } from "./screen.ts";

/** Rows are written every ten seconds: more often would only ask. */
const EVERY_MS = 3_000;

export interface TailOptions {
  readonly key?: string;
  readonly model?: string;
  readonly json?: boolean;
}

export async function tail(service: IndexedService, options: TailOptions): Promise<void> {
  const system = makeSystem();
  const door = new LastingGateway(system, service);
  let known = await door.get();
  let keyOf = await keyNames(known);
  const following = new Following(await tokenNamed(known, options.key));
  if (options.json !== true && process.stdout.isTTY === true) print(lineOf(REQUEST_HEAD));
  let trouble: string | undefined;
  let looks = 0;
  await untilUnread(async () => {
    try {
      const gateway = await door.get();
      if (gateway !== known) keyOf = await keyNames(gateway);
      known = gateway;
      const { rows, isCut } = await following.look(gateway, system.clock.now().getTime());
      for (const row of rows)
        if (options.model === undefined || row.model === options.model) show(row, keyOf(row), options);
      if (isCut)
        complain("more requests than are read at once: some are left out; gateway-manage analyze counts them all");
      if (looks === 0 && rows.length === 0) complain("no request has ended within the last hour; waiting for one");
      trouble = undefined;
    } catch (error) {
      if (!(error instanceof UserError) || looks === 0) throw error;
      door.forget();
      if (trouble !== error.message) complain(`${error.message}; looking again`);
      trouble = error.message;
    }
    looks += 1;
    await system.clock.sleep(EVERY_MS);
    return "more";
  });
}

async function tokenNamed(gateway: Gateway, name: string | undefined): Promise<string | undefined> {
  return name === undefined ? undefined : findKey(await listKeys(gateway), name).token;
}

function show(row: LoggedRequest, key: string, { json }: TailOptions): void {
  print(json === true ? JSON.stringify({ version: 1, ...requestJson(row, key) }) : lineOf(requestCells(row, key)));
}

/** What comes later is not known: a longer name moves its own line only. */
const WIDTHS = [10, 16, 20, 6, 11, 8, 7, 7, 10, 0] as const;

export function lineOf(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join("  ")
    .trimEnd();
}
