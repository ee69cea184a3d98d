/** Asks programs of this host for answers that come in pieces (server-sent events), and says when each piece came. */
import { type IncomingHttpHeaders, Agent as PlainAgent, request as requestPlain } from "node:http";
import { request as requestTls, Agent as TlsAgent } from "node:https";
import { userError } from "../model/diagnostic.ts";
import type { HttpQuestion } from "../model/http.ts";
import { tlsTo } from "./http.ts";
import type { HttpStreams, StreamedAnswer } from "./interfaces.ts";

/** Of an answer that is no stream, and of a line without an end. */
const MAX_CHARS = 1024 * 1024;

export class RealHttpStreams implements HttpStreams {
  // As clients do: connections are kept, and used again.
  readonly #plain = new PlainAgent({ keepAlive: true });
  readonly #tls = new TlsAgent({ keepAlive: true });

  stream(question: HttpQuestion, onEvent: (data: string, at: number) => void): Promise<StreamedAnswer | undefined> {
    const { method, port, path, bearer, body, timeoutMs, by } = question;
    const text = body?.reveal() ?? "";
    const began = performance.now();
    const since = () => performance.now() - began;
    return new Promise((resolve, reject) => {
      const headers = {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer.reveal()}` }),
        accept: "text/event-stream",
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      };
      const options = { port, method, path, headers };
      const asked =
        by === undefined
          ? requestPlain({ ...options, host: "127.0.0.1", agent: this.#plain })
          : requestTls({ ...options, ...tlsTo(by, headers), agent: this.#tls });
      let answered = false;
      let why: string | undefined;
      const cut = (reason: string): void => {
        why = reason;
        asked.destroy();
      };
      const timer = setTimeout(() => cut(`no end within ${timeoutMs / 1000} s`), timeoutMs);
      const fail = (error: NodeJS.ErrnoException): void => {
        clearTimeout(timer);
        if (error.code === "ECONNREFUSED") resolve(undefined);
        // The other side had closed a kept connection just then: nothing was asked yet.
        else if (asked.reusedSocket && !answered && why === undefined) resolve(this.stream(question, onEvent));
        else reject(userError("no-answer", why ?? (answered ? "it broke off" : error.message)));
      };
      asked.on("error", fail);
      asked.on("response", (response) => {
        const status = response.statusCode ?? 0;
        answered = true;
        const lines = status === 200 ? eventLines((data) => onEvent(data, since())) : collected();
        response.setEncoding("utf8");
        response.on("error", fail);
        response.on("data", (chunk: string) => {
          if (!lines.take(chunk)) cut("its answer is longer than anybody reads");
        });
        response.on("end", () => {
          clearTimeout(timer);
          resolve({ status, body: lines.rest(), milliseconds: since(), headers: single(response.headers) });
        });
      });
      asked.end(text);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }
}

/** Those that came once. */
function single(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

interface Taker {
  /** False where it is too much. */
  take(chunk: string): boolean;
  rest(): string;
}

/** The data of each event, whatever the pieces that it came in; comments and other fields are left out. */
function eventLines(onData: (data: string) => void): Taker {
  let open = "";
  return {
    take: (chunk) => {
      const lines = (open + chunk).split(/\r\n|\n/);
      open = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data:")) onData(line.slice(5).replace(/^ /, ""));
      return open.length <= MAX_CHARS;
    },
    rest: () => "",
  };
}

function collected(): Taker {
  let text = "";
  return {
    take: (chunk) => {
      text += chunk;
      return text.length <= MAX_CHARS;
    },
    rest: () => text,
  };
}
