// A client of Redis, on node:net only: one connection, made anew when it was lost; an error where nobody answers.
import net from "node:net";

export class Redis {
  #params;
  #socket;
  #replies = [];

  /** @param params of cache_params: host, port, password, namespace */
  constructor(params) {
    this.#params = params;
  }

  /** As upstream calls it there. */
  name(key) {
    const { namespace } = this.#params;
    return namespace ? `${namespace}:${key}` : key;
  }

  async ask(...words) {
    if (!this.#socket) {
      this.#connect();
      await this.#send("AUTH", this.#params.password);
    }
    return this.#send(...words.map(String));
  }

  end() {
    this.#socket?.end();
  }

  #send(...words) {
    return new Promise((resolve, reject) => {
      if (!this.#socket) return reject(new Error("closed"));
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
}

export function warn(error) {
  process.stderr.write(`litellm: the cache does not answer: ${error.message}\n`);
}
