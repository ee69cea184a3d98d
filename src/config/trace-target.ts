/** To whom a service sends its traces, by which way: what stack.yaml says of it, or of all. */
import { TRACE_WAYS, type TraceWay } from "../model/traces.ts";
import type { ServiceDraft, WrittenSite } from "./draft.ts";
import type { Path } from "./node.ts";

/** In stack.yaml, in place of a service. */
export const NOBODY = "none";

/** The service that is named, and where; undefined for one that sends none. */
export function namedTaker({ header }: WrittenSite, draft: ServiceDraft): { name: string; at: Path } | undefined {
  const own = draft.entry.traces;
  const name = own ?? header.traces;
  if (name === undefined || name === NOBODY || name === draft.name) return undefined;
  return { name, at: own === undefined ? ["traces"] : ["services", draft.name, "traces"] };
}

interface TraceTarget {
  readonly taker: ServiceDraft;
  readonly way: TraceWay;
}

/** Undefined also where something is wrong with it, which rules/traces.ts says. */
export function traceTarget(site: WrittenSite, draft: ServiceDraft): TraceTarget | undefined {
  const { written } = draft;
  const taker = site.draftOf.get(namedTaker(site, draft)?.name ?? "");
  if (written.sends_traces === undefined || taker === undefined) return undefined;
  const way = TRACE_WAYS.find((one) => written.sends_traces?.[one] && taker.written.takes_traces?.[one]);
  return way && { taker, way };
}
