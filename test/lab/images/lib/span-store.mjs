// Spans that a stand-in is sent, in protobuf over HTTP: kept in a file, and read from it at the next start.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { readBody } from "./http.mjs";
import { spansOf } from "./otlp.mjs";

export class SpanStore {
  #file;

  constructor(file) {
    this.#file = file;
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    this.spans = lines.map((line) => JSON.parse(line));
  }

  /** Of a request whose type and encoding are those that are taken. */
  async take(incoming, response) {
    const body = await readBody(incoming);
    const taken = spansOf(incoming.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
    if (taken.length > 0) appendFileSync(this.#file, `${taken.map((span) => JSON.stringify(span)).join("\n")}\n`);
    this.spans.push(...taken);
    response.writeHead(200, { "content-type": "application/x-protobuf" });
    response.end();
  }
}
