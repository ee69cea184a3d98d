/** `gateway-manage tail`: a line for each request as it ends, until Ctrl-C or until nobody reads any more. */
import { LastingGateway } from "../apps/lasting-gateway.ts";
import { TailedRequests } from "../apps/tail-requests.ts";
import { explain } from "../gateway/explain.ts";
import type { LoggedRequest } from "../gateway/litellm-requests.ts";
import type { IndexedService } from "../model/index-file.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print } from "./output.ts";
import { readRegistry } from "./read-registry.ts";
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
  const registry = options.model === undefined ? undefined : readRegistry();
  const standsFor = (name: string) => registry && explain(registry, name)?.name;
  const tailed = await TailedRequests.open(new LastingGateway(system, service), options, standsFor);
  if (options.json !== true && process.stdout.isTTY === true) print(lineOf(REQUEST_HEAD));
  await untilUnread(async () => {
    const { rows, notes } = await tailed.look(system.clock.now().getTime());
    for (const { row, key } of rows) show(row, key, options);
    for (const note of notes) complain(note);
    await system.clock.sleep(EVERY_MS);
    return "more";
  });
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
