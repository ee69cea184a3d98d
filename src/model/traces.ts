/** Where a service sends traces of what it was asked. */
import type { ServiceName } from "./names.ts";

/** In the order in which one is chosen, where both sides know several. */
export const TRACE_WAYS = ["opik", "otlp-http", "otlp-grpc"] as const;

/** opik: the requests that Opik's own clients make; otlp-http and otlp-grpc: OpenTelemetry's protocol, over HTTP or gRPC. */
export type TraceWay = (typeof TRACE_WAYS)[number];

export interface TraceSender {
  /** Who takes them, and the name of the port there. */
  readonly service: ServiceName;
  readonly port: string;
  readonly way: TraceWay;
  /** The container that sends. */
  readonly container: string;
  /** What its own configuration calls this way; undefined where that says nothing of it. */
  readonly callback: string | undefined;
  /** The variable in which headers are that nobody else may see, and the secret of who takes them; undefined where there are none. */
  readonly secretHeaders: { readonly variable: string; readonly secret: string } | undefined;
}
