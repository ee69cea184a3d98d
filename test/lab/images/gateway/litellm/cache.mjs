// Answers kept in Redis for a while, under a hash of the question. Where it does not answer, there are none.
import { createHash } from "node:crypto";
import { warn } from "./redis.mjs";

export class AnswerCache {
  #redis;
  #seconds;

  constructor(redis, { ttl = 60 }) {
    this.#redis = redis;
    this.#seconds = ttl;
  }

  /** Of the whole question; whoever asks it is no part of that. */
  keyOf(path, body) {
    return createHash("sha256")
      .update(JSON.stringify([path, body]))
      .digest("hex");
  }

  async get(key) {
    return (await this.#redis.ask("GET", this.#redis.name(key)).catch(warn)) ?? undefined;
  }

  async set(key, value) {
    await this.#redis.ask("SET", this.#redis.name(key), value, "EX", this.#seconds).catch(warn);
  }
}
