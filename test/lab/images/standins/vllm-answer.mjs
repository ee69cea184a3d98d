// One answer of the engine, as the vLLM stand-in counts it: numbers of llama-server's own, times of when each token was passed on.
export class Answer {
  started = Date.now();
  times = [];
  id;
  prompt = 0;
  /** Of the prompt, what the engine still knew. */
  cached = 0;
  /** Why it ended, in vLLM's words; "abort" until the engine says so. */
  reason = "abort";
  #generated;

  /** Takes in a whole answer or an event of a streamed one, and gives how many tokens are in it. */
  learn({ id, choices = [], usage, timings }) {
    this.id ??= id;
    if (timings !== undefined) {
      this.cached = timings.cache_n;
      this.prompt = timings.cache_n + timings.prompt_n;
      this.#generated = timings.predicted_n;
    }
    const [{ delta, text, message, finish_reason: reason } = {}] = choices;
    if (reason) this.reason = reason === "length" ? "length" : "stop";
    if (message !== undefined || (text !== undefined && usage && this.times.length === 0))
      return usage.completion_tokens;
    const said = text ?? delta?.content ?? delta?.reasoning_content ?? delta?.tool_calls;
    return said?.length > 0 ? 1 : 0;
  }

  token() {
    this.times.push(Date.now());
  }

  abort() {
    this.reason = "abort";
  }

  /** Its end is counted, too, where that is a token. */
  get generated() {
    return this.#generated ?? this.times.length;
  }

  /** And no refusal. */
  get isOne() {
    return this.id !== undefined;
  }
}
