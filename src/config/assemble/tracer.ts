/** What a container has where its service sends traces: variables, arguments, and the headers that who takes them wants to see. */
import type { ServiceName } from "../../model/names.ts";
import type { Service } from "../../model/service.ts";
import { TRACE_WAYS } from "../../model/traces.ts";
import type { ServiceDraft } from "../draft.ts";
import { findIn, type Lookup } from "../interpolate.ts";
import type { Path } from "../node.ts";
import { traceTarget } from "../trace-target.ts";
import { type Builder, readMatching, readText } from "./fields.ts";

const HEADER_VALUE = [/^[A-Za-z0-9 ._~+/=:-]*$/, "letters, digits, blanks and . _ ~ + / = : -"] as const;

export function buildTracer(builder: Builder): Pick<Service, "sendsTraces"> {
  checkTexts(builder);
  const sends = builder.draft.written.sends_traces;
  const target = traceTarget(builder.site, builder.draft);
  if (sends === undefined || target === undefined) return {};
  const { taker, way } = target;
  const { port, secret_headers: secret } = taker.written.takes_traces?.[way] ?? { port: "" };
  const { callback, headers: variable } = sends[way] ?? {};
  const secretHeaders = secret === undefined || variable === undefined ? undefined : { variable, secret };
  const service = taker.name as ServiceName;
  return { sendsTraces: { service, port, way, container: sends.container, callback, secretHeaders } };
}

/** Of one container. */
export function traceVariables(builder: Builder, container: string): readonly (readonly [string, string])[] {
  const sending = sendingFrom(builder, container);
  if (sending === undefined) return [];
  const { sends, taker, way, there } = sending;
  const named = Object.keys(sends?.environment ?? {}).map(
    (key) => [key, readText(there, ["sends_traces", way, "environment", key])] as const,
  );
  const headers = headersOf({ ...builder, draft: taker }, way, builder.draft.name);
  const variable = sends?.headers;
  return [...named, ...(variable === undefined || headers === "" ? [] : [[variable, headers] as const])];
}

export function traceArguments(builder: Builder, container: string): readonly string[] {
  const sending = sendingFrom(builder, container);
  if (sending === undefined) return [];
  const { sends, way, there } = sending;
  return (sends?.args ?? []).map((_, index) => readText(there, ["sends_traces", way, "args", index]));
}

/** Undefined where this container is not the one that sends, or nobody takes what it would. `there`: knows the address of who does. */
function sendingFrom(builder: Builder, container: string) {
  const sends = builder.draft.written.sends_traces;
  const target = traceTarget(builder.site, builder.draft);
  if (sends?.container !== container || target === undefined) return undefined;
  const { taker, way } = target;
  return { sends: sends[way], taker, way, there: naming(builder, addressOf(taker, way)) };
}

/** Also where nobody sends or takes any yet: what is wrong there is a fault of the service file. */
function checkTexts(builder: Builder): void {
  const { sends_traces: sends, takes_traces: takes } = builder.draft.written;
  const there = naming(builder, { url: "", port: 0 });
  for (const way of TRACE_WAYS) {
    const path: Path = ["sends_traces", way];
    for (const key of Object.keys(sends?.[way]?.environment ?? {})) readText(there, [...path, "environment", key]);
    for (const index of (sends?.[way]?.args ?? []).keys()) readText(there, [...path, "args", index]);
    if (takes?.[way] !== undefined) headersOf(builder, way, builder.draft.name);
  }
}

type Way = (typeof TRACE_WAYS)[number];

/** As the container reaches it, at its own 127.0.0.1. */
function addressOf({ written, hostPorts }: ServiceDraft, way: Way): { readonly url: string; readonly port: number } {
  const { port: name, path } = written.takes_traces?.[way] ?? { port: "" };
  const port = hostPorts[name] ?? 0;
  return { url: `http://127.0.0.1:${port}${path ?? ""}`, port };
}

function naming(builder: Builder, address: { readonly url: string; readonly port: number }): Builder {
  const traces: Lookup = (reference) => findIn({ ...address }, reference, "known");
  return { ...builder, extra: { ...builder.extra, traces } };
}

/** As OpenTelemetry writes them in a variable. `taker`: of the service that takes the traces. */
function headersOf(taker: Builder, way: Way, sender: string): string {
  const { headers } = taker.draft.written.takes_traces?.[way] ?? { headers: {} };
  const scope: Lookup = (reference) => findIn({ name: sender }, reference, "known");
  const reading = { ...taker, extra: { ...taker.extra, sender: scope } };
  const path: Path = ["takes_traces", way, "headers"];
  return Object.keys(headers)
    .map((name) => `${name}=${readMatching(reading, [...path, name], ...HEADER_VALUE) ?? ""}`)
    .join(",");
}
