// The callbacks opik and otel: what is told of a request that has ended, in the forms and by the variables of upstream's documentation.
import { randomUUID } from "node:crypto";
import { request as ask } from "../../lib/http.mjs";
import { OtlpSender } from "../../lib/otlp-sender.mjs";

const REDACTED = "redacted-by-litellm";

/** What is wrong with the variables of the callbacks that the configuration names. */
export function faultsOfTraces(callbacks, env) {
  const faults = [];
  if (callbacks.includes("opik") && !/^http:\/\/.+\/api$/.test(env.OPIK_URL_OVERRIDE ?? ""))
    faults.push("OPIK_URL_OVERRIDE is no address that ends in /api: traces would go to Opik's makers");
  if (callbacks.includes("otel")) {
    if (env.OTEL_EXPORTER_OTLP_PROTOCOL !== "http/protobuf")
      faults.push(
        `OTEL_EXPORTER_OTLP_PROTOCOL is ${env.OTEL_EXPORTER_OTLP_PROTOCOL}: this stand-in knows http/protobuf`,
      );
    if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) faults.push("OTEL_EXPORTER_OTLP_ENDPOINT is not set");
  }
  return faults;
}

export class Traces {
  #otlp;
  #opik;
  #isQuiet;
  #waiting = [];
  #timer;

  constructor({ callbacks = [], turn_off_message_logging: isQuiet = false }, env) {
    this.#isQuiet = isQuiet;
    if (callbacks.includes("otel")) {
      const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, "");
      this.#otlp = new OtlpSender({
        url: endpoint.endsWith("/v1/traces") ? endpoint : `${endpoint}/v1/traces`,
        headers: env.OTEL_EXPORTER_OTLP_HEADERS,
        service: env.OTEL_SERVICE_NAME ?? "litellm",
        scope: "litellm",
      });
    }
    if (callbacks.includes("opik")) {
      this.#opik = { url: env.OPIK_URL_OVERRIDE, workspace: env.OPIK_WORKSPACE, project: env.OPIK_PROJECT_NAME };
      this.#timer = setInterval(() => void this.#flush(), 5000);
    }
  }

  /** @param entry as the usage has it; `asked` and `answered` are left out where messages are not to be logged */
  add(row, entry, { asked, answered, error }) {
    const words = this.#isQuiet ? { input: REDACTED, output: REDACTED } : { input: asked, output: answered };
    this.#otlp?.add(entry.callType === "aembedding" ? "embeddings" : "litellm_request", {
      start: entry.startTime,
      end: entry.endTime,
      error,
      attributes: {
        "gen_ai.request.model": entry.group,
        "gen_ai.response.model": entry.model,
        "gen_ai.system": entry.provider,
        "gen_ai.usage.input_tokens": entry.promptTokens,
        "gen_ai.usage.output_tokens": entry.completionTokens,
        "metadata.user_api_key_alias": row.key_alias ?? undefined,
        ...(this.#isQuiet ? {} : { "gen_ai.input.messages": words.input, "gen_ai.output.messages": words.output }),
      },
    });
    if (this.#opik)
      this.#waiting.push({
        id: randomUUID(),
        project_name: this.#opik.project ?? "Default Project",
        name: "chat.completion",
        start_time: entry.startTime,
        end_time: entry.endTime,
        ...words,
        metadata: { created_from: "litellm", model: entry.model, model_group: entry.group, status: entry.status },
      });
  }

  async #flush() {
    const traces = this.#waiting;
    if (traces.length === 0) return;
    this.#waiting = [];
    const headers = {
      "content-type": "application/json",
      ...(this.#opik.workspace && { "comet-workspace": this.#opik.workspace }),
    };
    // Whoever does not take them has lost them, and requests go on.
    await ask(`${this.#opik.url}/v1/private/traces/batch`, {
      method: "POST",
      headers,
      body: JSON.stringify({ traces }),
    }).catch((error) => process.stderr.write(`litellm: OpikLogger failed to send batch - ${error.message}\n`));
  }

  async end() {
    clearInterval(this.#timer);
    await Promise.all([this.#flush(), this.#otlp?.end()]);
  }
}
