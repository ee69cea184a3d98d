// The few HTTP helpers the stand-ins need, on node:http only.
import http from "node:http";

/** One request; resolves with status, headers and body. */
export function request(url, { method = "GET", headers = {}, body, timeout = 5000 } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, { method, headers, timeout }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer from ${url} within ${timeout} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export const basic = (user, password) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** User and password of a Basic header, or undefined. */
export function basicAuth(header) {
  const [, encoded] = /^Basic (.+)$/i.exec(header ?? "") ?? [];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

export async function readBody(incoming) {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function send(response, status, body, headers = {}) {
  const json = typeof body === "object" && !Buffer.isBuffer(body);
  const payload = json ? `${JSON.stringify(body)}\n` : body;
  response.writeHead(status, {
    "content-type": json ? "application/json" : "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(payload),
    ...headers,
  });
  response.end(payload);
}

export const html = { "content-type": "text/html; charset=utf-8" };

/** Passes a request on and streams the answer back unbuffered. */
export function proxy(incoming, response, url, headers, body) {
  const outgoing = http.request(url, { method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", (error) =>
    response.headersSent ? response.destroy() : send(response, 502, { error: `upstream ${url}: ${error.message}` }),
  );
  response.on("close", () => outgoing.destroy());
  outgoing.end(body);
}
