/** A store of models in memory, with the interface that Ollama has, and a registry that has some. */
import type { HttpAnswer } from "../../src/model/http.ts";

const PARTS = 4;

export class MemoryModels {
  readonly names: string[] = [];
  /** Bytes by name, as the registry has them. */
  readonly registry = new Map([
    ["tinyllama:latest", 600_000_000],
    ["bge-m3:latest", 1_200_000_000],
    ["gpt-oss:20b", 14_000_000_000],
  ]);
  /** Pulls so far. */
  readonly pulled: string[] = [];
  /** What a pull ends with in place of a model. */
  trouble: string | undefined;
  /** Answers in place of what it would say. */
  broken: HttpAnswer | undefined;

  answer({
    method,
    path,
    body,
  }: {
    readonly method: string;
    readonly path: string;
    readonly body: string | undefined;
  }): HttpAnswer {
    if (this.broken !== undefined) return this.broken;
    const { model, ...others } = JSON.parse(body ?? "{}") as { readonly model?: string };
    const name = model === undefined || model.includes(":") ? (model ?? "") : `${model}:latest`;
    if (method === "GET" && path === "/api/tags") {
      const models = this.names.map((one) => ({ name: one, model: one, size: this.registry.get(one) ?? 1 }));
      return { status: 200, body: JSON.stringify({ models }) };
    }
    if (method === "POST" && path === "/api/pull") return this.#pull(name, others);
    if (method !== "DELETE" || path !== "/api/delete") return { status: 404, body: "404 page not found" };
    if (!this.names.includes(name))
      return { status: 404, body: JSON.stringify({ error: `model '${model}' not found` }) };
    this.names.splice(this.names.indexOf(name), 1);
    return { status: 200, body: "" };
  }

  #pull(name: string, options: object): HttpAnswer {
    if (JSON.stringify(options) !== '{"stream":true}') return { status: 400, body: '{"error":"wanted a stream"}' };
    this.pulled.push(name);
    const total = this.registry.get(name);
    const lines: object[] = [{ status: "pulling manifest" }];
    if (total === undefined) lines.push({ error: "pull model manifest: file does not exist" });
    else {
      for (let part = 0; part <= PARTS; part++) {
        lines.push({ status: "pulling 0123", digest: "sha256:0123", total, completed: (total / PARTS) * part });
      }
      if (this.trouble === undefined) this.names.push(name);
      lines.push(this.trouble === undefined ? { status: "success" } : { error: this.trouble });
    }
    return { status: 200, body: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
  }
}
