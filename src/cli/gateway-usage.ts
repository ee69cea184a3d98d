/** `gateway-manage usage`: requests, tokens and dollars by key, model, person or day. */
import { type By, openGateway, readUsage } from "../apps/gateway.ts";
import { sumOf, type UsageRow } from "../apps/split-usage.ts";
import type { Used } from "../gateway/litellm-usage.ts";
import { userError } from "../model/diagnostic.ts";
import { grouped } from "../model/gateway-key.ts";
import type { IndexedService } from "../model/index-file.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";

const MOST_DAYS = 366;

export async function usage(
  service: IndexedService,
  { by, days: written, json }: { readonly by: By; readonly days: string; readonly json?: boolean },
): Promise<void> {
  const days = /^\d{1,3}$/.test(written) ? Number(written) : 0;
  if (days < 1 || days > MOST_DAYS) throw userError("bad-value", `--days: wanted 1 to ${MOST_DAYS}, found ${written}`);
  const system = makeSystem();
  const { rows, note } = await readUsage(await openGateway(system, service), by, days, system.clock.now());
  const sum = sumOf(rows);
  if (json === true) return printJson({ version: 1, by, days, rows: rows.map(asJson), total: asJson(sum), note });
  if (rows.length === 0) return print("nothing was used");
  const cells = (name: string, { requests, failed, input, output, dollars }: Used) => [
    visible(name),
    grouped(requests),
    grouped(failed),
    grouped(input),
    grouped(output),
    grouped(input + output),
    `$${dollars.toFixed(4)}`,
  ];
  const head = [by.toUpperCase(), "REQUESTS", "FAILED", "IN", "OUT", "TOKENS", "COUNTED AS"];
  print(table([head, ...rows.map((row) => cells(row.name, row)), cells("all", sum)]));
  if (note !== undefined) print(`\n${note}`);
}

function asJson(row: UsageRow | Used): object {
  return { ...row, tokens: row.input + row.output };
}
