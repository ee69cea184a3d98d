/** `gateway-manage analyze`: what the requests of the last hours come to, the slowest of them, and what failed. */
import { openGateway } from "../apps/gateway.ts";
import { keyNames } from "../apps/read-requests.ts";
import { type Analysis, type RequestSum, RequestSums, type Times } from "../apps/request-sums.ts";
import { requestsBetween } from "../apps/walk-requests.ts";
import type { LoggedRequest } from "../gateway/litellm-requests.ts";
import { userError } from "../model/diagnostic.ts";
import { grouped } from "../model/gateway-key.ts";
import type { IndexedService } from "../model/index-file.ts";
import { makeSystem } from "../system/real.ts";
import { durationText } from "./duration.ts";
import { print, printJson, table } from "./output.ts";
import { makeReporter } from "./progress.ts";
import { oneWord, REQUEST_HEAD, requestCells, requestJson } from "./request-text.ts";

const HOUR_MS = 3_600_000;
/** A week; `usage` knows days. */
const MOST_HOURS = 168;
const FAILING_SHOWN = 10;

export interface AnalyzeOptions {
  readonly hours: string;
  readonly by: "key" | "model";
  readonly json?: boolean;
}

export async function analyze(service: IndexedService, { hours: written, by, json }: AnalyzeOptions): Promise<void> {
  const hours = hoursIn(written);
  const system = makeSystem();
  const gateway = await openGateway(system, service);
  const keyOf = await keyNames(gateway);
  const now = system.clock.now().getTime();
  const reporter = makeReporter(process.stderr, () => system.clock.now().getTime());
  const sums = new RequestSums(by, keyOf);
  let read = 0;
  for await (const rows of requestsBetween(gateway, now - hours * HOUR_MS, now)) {
    for (const row of rows) sums.add(row);
    read += rows.length;
    reporter.progress(`${grouped(read)} requests read`);
  }
  reporter.note(
    `requests that began within the last ${hours === 1 ? "hour" : `${hours} hours`}; times are those of answers`,
  );
  const analysis = sums.end();
  if (json === true) printJson({ version: 1, hours, by, ...analysisJson(analysis, keyOf) });
  else print(analysisText(by, analysis, keyOf));
}

export function hoursIn(written: string): number {
  const hours = /^\d{1,3}$/.test(written) ? Number(written) : 0;
  if (hours >= 1 && hours <= MOST_HOURS) return hours;
  throw userError("bad-value", `--hours: wanted 1 to ${MOST_HOURS}, found ${written}`);
}

type KeyOf = (row: LoggedRequest) => string;

export function analysisText(by: "key" | "model", { rows, total, slowest, failing }: Analysis, keyOf: KeyOf): string {
  if (total.requests === 0) return "nothing was asked";
  const head = [
    by.toUpperCase(),
    "REQUESTS",
    "FAILED",
    "FIRST TOKEN",
    "(95 %)",
    "WHOLE",
    "(95 %)",
    "IN",
    "OUT",
    "COUNTED AS",
  ];
  const parts = [table([head, ...rows.map(cells), cells(total)])];
  if (slowest.length > 0)
    parts.push("slowest", table([REQUEST_HEAD, ...slowest.map((row) => withDay(row, keyOf(row)))]));
  if (failing.length > 0) {
    const shown = failing.slice(0, FAILING_SHOWN);
    const lines = shown.map(({ count, key, model, failure }) => [
      grouped(count),
      ...[key, model, failure].map(oneWord),
    ]);
    parts.push("failing", table([["REQUESTS", "KEY", "MODEL", "STATUS"], ...lines]));
    if (failing.length > shown.length)
      parts.push(`and ${failing.length - shown.length} more kinds; --json has them all`);
  }
  return parts.join("\n");
}

/** Some of them may be of another day. */
function withDay(row: LoggedRequest, key: string): readonly string[] {
  const [time = "", ...others] = requestCells(row, key);
  return [`${new Date(row.ended).toISOString().slice(0, 10)} ${time}`, ...others];
}

function cells({ name, requests, failed, firstToken, whole, input, output, dollars }: RequestSum): readonly string[] {
  const share = failed === 0 ? "0" : `${grouped(failed)} (${((100 * failed) / requests).toFixed(1)} %)`;
  return [
    oneWord(name),
    grouped(requests),
    share,
    ...timesText(firstToken),
    ...timesText(whole),
    grouped(input),
    grouped(output),
    `$${dollars.toFixed(4)}`,
  ];
}

function timesText(times: Times | undefined): readonly [string, string] {
  return times === undefined ? ["-", "-"] : [durationText(times.median), durationText(times.p95)];
}

function analysisJson({ rows, total, slowest, failing }: Analysis, keyOf: KeyOf): object {
  const sum = ({ firstToken, whole, ...used }: RequestSum) => ({
    ...used,
    tokens: used.input + used.output,
    firstTokenMilliseconds: firstToken ?? null,
    milliseconds: whole ?? null,
  });
  return {
    rows: rows.map(sum),
    total: sum(total),
    slowest: slowest.map((row) => requestJson(row, keyOf(row))),
    failing,
  };
}
