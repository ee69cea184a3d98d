/** Asks over HTTP: programs of this host, at the loopback address or as clients do, and providers of models. A deadline, an answer of bounded length. */
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { userError } from "../model/diagnostic.ts";
import type { HttpAnswer, HttpName, HttpQuestion } from "../model/http.ts";
import type { Http } from "./interfaces.ts";

const MAX_BYTES = 32 * 1024 * 1024;

export class RealHttp implements Http {
  ask(question: HttpQuestion, onLine?: (line: string) => void): Promise<HttpAnswer | undefined> {
    const { method, port, path, body, timeoutMs, by, far } = question;
    const text = body?.reveal();
    const where = placeOf(question);
    return new Promise((resolve, reject) => {
      const headers = {
        accept: "application/json",
        ...far?.headers,
        ...keyIn(question),
        ...(text === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      };
      // Of no agent: an open connection would keep this program from ending.
      const options = { port, method, path, headers, agent: false as const };
      const host = far?.host ?? "127.0.0.1";
      const asked =
        by === undefined
          ? (far?.isTls === true ? requestTls : requestPlain)({ ...options, host })
          : requestTls({ ...options, ...tlsTo(by, headers) });
      const timer = setTimeout(() => {
        asked.destroy();
        reject(userError("no-answer", `${where} does not answer within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        if (error.code === "ECONNREFUSED") resolve(undefined);
        else if (isAboutTrust(error)) {
          const hint = "sudo install-quadlets verify; and is the clock right? date";
          reject(userError("no-answer", `${where} is not to be trusted: ${error.message}`, hint));
        } else reject(userError("no-answer", `${where} breaks off: ${error.message}`));
      };
      asked.on("error", fail);
      asked.on("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("error", fail);
        const status = response.statusCode ?? 0;
        if (onLine !== undefined && status === 200) {
          const end = (error?: unknown): void => {
            clearTimeout(timer);
            asked.destroy();
            if (error === undefined) resolve({ status, body: "" });
            else reject(error);
          };
          return handLines(response, onLine, () => timer.refresh(), end);
        }
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > MAX_BYTES) asked.destroy(new Error(`its answer is longer than ${MAX_BYTES} bytes`));
        });
        response.on("end", () => {
          clearTimeout(timer);
          resolve({ status, body: Buffer.concat(chunks).toString("utf8") });
        });
      });
      asked.end(text);
    });
  }
}

/** `end` is called once: with what went wrong, or without where the answer came to its own end. */
function handLines(
  response: IncomingMessage,
  onLine: (line: string) => void,
  onSign: () => void,
  end: (error?: unknown) => void,
): void {
  let open = "";
  const hand = (lines: readonly string[]): void => {
    try {
      for (const line of lines) onLine(line);
      if (open.length > MAX_BYTES)
        throw userError("no-answer", `a line of its answer is longer than ${MAX_BYTES} bytes`);
    } catch (error) {
      end(error);
    }
  };
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    onSign();
    const lines = (open + chunk).split("\n");
    open = lines.pop() ?? "";
    hand(lines);
  });
  response.on("end", () => {
    if (open !== "") hand([open]);
    end();
  });
}

function placeOf({ port, by, far }: HttpQuestion): string {
  if (by !== undefined) return `https://${by.name} (${by.address}:${port})`;
  return far === undefined ? `127.0.0.1:${port}` : `http${far.isTls ? "s" : ""}://${far.host}:${port}`;
}

function keyIn({ bearer, far }: HttpQuestion): Readonly<Record<string, string>> {
  if (bearer === undefined) return {};
  const key = bearer.reveal();
  return far?.keyHeader === undefined ? { authorization: `Bearer ${key}` } : { [far.keyHeader]: key };
}

/** To the address, and as strict about the name as if it had been looked up: Node compares it with the certificate. */
export function tlsTo({ name, address, trust }: HttpName, headers: object): object {
  return {
    host: address,
    servername: name,
    headers: { ...headers, host: name },
    ...(trust === undefined ? {} : { ca: trust }),
  };
}

/** As OpenSSL and Node name them: X509 codes, and ERR_TLS_CERT_ALTNAME_INVALID. */
function isAboutTrust({ code = "" }: NodeJS.ErrnoException): boolean {
  return /CERT|SIGNATURE|ISSUER|^CRL|^HOSTNAME_MISMATCH/.test(code);
}
