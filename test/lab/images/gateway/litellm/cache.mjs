// Answers kept in Redis for a while. Where it does not answer, there are none.
import net from "node:net";

export class AnswerCache {
  #params;
  #socket;
  #replies = [];

  constructor(params) {
    this.#params = params;
  }

  async get(key) {
    return (await this.#ask("GET", this.#name(key)).catch(warn)) ?? undefined;
  }

  async set(key, value) {
    await this.#ask("SET", this.#name(key), value, "EX", String(this.#params.ttl ?? 60)).catch(warn);
  }

  #name(key) {
    return this.#params.namespace ? `${this.#params.namespace}:${key}` : key;
  }

  async #ask(...words) {
    if (!this.#socket) {
      this.#connect();
      await this.#send("AUTH", this.#params.password);
    }
    return this.#send(...words);
  }

  #send(...words) {
    return new Promise((resolve, reject) => {
      this.#replies.push({ resolve, reject });
      this.#socket.write(
        `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`,
      );
    });
  }

  #connect() {
    const socket = net.connect({ host: this.#params.host, port: Number(this.#params.port) });
    this.#socket = socket;
    let buffer = Buffer.alloc(0);
    socket.on("data", (data) => {
      buffer = Buffer.concat([buffer, data]);
      for (;;) {
        const line = buffer.indexOf("\r\n");
        if (line < 0) return;
        const head = buffer.subarray(0, line).toString();
        const length = head[0] === "$" ? Number(head.slice(1)) : -1;
        if (length >= 0 && buffer.length < line + 4 + length) return;
        const value =
          length >= 0
            ? buffer.subarray(line + 2, line + 2 + length).toString()
            : head[0] === "$"
              ? undefined
              : head.slice(1);
        buffer = buffer.subarray(length >= 0 ? line + 4 + length : line + 2);
        const waiting = this.#replies.shift();
        if (head[0] === "-") waiting?.reject(new Error(value));
        else waiting?.resolve(value);
      }
    });
    const lost = (error) => {
      if (this.#socket === socket) this.#socket = undefined;
      for (const { reject } of this.#replies.splice(0)) reject(error ?? new Error("closed"));
    };
    socket.on("error", lost);
    socket.on("close", () => lost());
  }

  end() {
    this.#socket?.end();
  }
}

function warn(error) {
  process.stderr.write(`litellm: the cache does not answer: ${error.message}\n`);
}
