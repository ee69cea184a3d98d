// Sends spans as the real programs do: by OpenTelemetry's own exporter, protobuf over HTTP, in batches that hold no request up.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

export class OtlpSender {
  #provider;
  #tracer;

  /** @param to { url, headers (NAME=VALUE,..., each as it is written), service, scope } */
  constructor({ url, headers = "", service, scope }) {
    const pairs = headers === "" ? [] : headers.split(",").map((pair) => pair.split(/=(.*)/s).slice(0, 2));
    const exporter = new OTLPTraceExporter({ url, headers: Object.fromEntries(pairs) });
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ "service.name": service }),
      spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 1000 })],
    });
    this.#tracer = this.#provider.getTracer(scope);
  }

  /** One span that is over. Values that are undefined are left out. */
  add(name, { start, end, attributes, error }) {
    const known = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
    const span = this.#tracer.startSpan(name, { startTime: start, attributes: known });
    if (error) span.setStatus({ code: 2, message: String(error.message) });
    span.end(end);
  }

  /** What waits is sent; whoever does not take it within a moment has lost it. */
  async end() {
    await this.#provider.shutdown().catch(() => {});
  }
}
