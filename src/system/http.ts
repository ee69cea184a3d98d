/** Asks programs of this host over HTTP: loopback only, a deadline, an answer of bounded length. */
import { request } from "node:http";
import { UserError } from "../model/diagnostic.ts";
import type { HttpAnswer, HttpQuestion } from "../model/http.ts";
import type { Http } from "./interfaces.ts";

const MAX_BYTES = 32 * 1024 * 1024;

export class RealHttp implements Http {
  ask(question: HttpQuestion): Promise<HttpAnswer | undefined> {
    const { method, port, path, bearer, body, timeoutMs } = question;
    const text = body?.reveal();
    const where = `127.0.0.1:${port}`;
    return new Promise((resolve, reject) => {
      const headers = {
        accept: "application/json",
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer.reveal()}` }),
        ...(text === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      };
      // Of no agent: an open connection would keep this program from ending.
      const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false });
      const timer = setTimeout(() => {
        asked.destroy();
        reject(new UserError(`${where} does not answer within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        if (error.code === "ECONNREFUSED") resolve(undefined);
        else reject(new UserError(`${where} breaks off: ${error.message}`));
      };
      asked.on("error", fail);
      asked.on("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("error", fail);
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > MAX_BYTES) asked.destroy(new Error(`its answer is longer than ${MAX_BYTES} bytes`));
        });
        response.on("end", () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
        });
      });
      asked.end(text);
    });
  }
}
