// What vLLM counts, by the names of 0.13 and newer (vllm/v1/metrics/loggers.py), as Prometheus reads it.
const SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const HISTOGRAMS = {
  time_to_first_token_seconds: SECONDS,
  inter_token_latency_seconds: SECONDS,
  request_time_per_output_token_seconds: SECONDS,
  e2e_request_latency_seconds: SECONDS,
  request_queue_time_seconds: SECONDS,
  request_prefill_time_seconds: SECONDS,
  request_decode_time_seconds: SECONDS,
  request_prompt_tokens: COUNTS,
  request_generation_tokens: COUNTS,
};

export class Metrics {
  running = 0;
  #model;
  #totals = { prompt: 0, cached: 0, generated: 0, stop: 0, length: 0, abort: 0 };
  #histograms = Object.fromEntries(
    Object.entries(HISTOGRAMS).map(([name, bounds]) => [
      name,
      { bounds, counts: bounds.map(() => 0), count: 0, sum: 0 },
    ]),
  );

  constructor(model) {
    this.#model = model;
  }

  /** A request that has ended. `times`: when its tokens were there, in milliseconds as `started` is. */
  add({ prompt, cached, generated, started, times, reason }) {
    this.#totals.prompt += prompt;
    this.#totals.cached += cached;
    this.#totals.generated += generated;
    this.#totals[reason]++;
    const first = (times[0] ?? started) - started;
    const decode = (times.at(-1) ?? started) - (times[0] ?? started);
    this.#observe("time_to_first_token_seconds", first / 1000);
    for (let at = 1; at < times.length; at++)
      this.#observe("inter_token_latency_seconds", (times[at] - times[at - 1]) / 1000);
    if (times.length > 1) this.#observe("request_time_per_output_token_seconds", decode / 1000 / (times.length - 1));
    this.#observe("e2e_request_latency_seconds", (first + decode) / 1000);
    this.#observe("request_queue_time_seconds", 0);
    this.#observe("request_prefill_time_seconds", first / 1000);
    this.#observe("request_decode_time_seconds", decode / 1000);
    this.#observe("request_prompt_tokens", prompt);
    this.#observe("request_generation_tokens", generated);
  }

  #observe(name, value) {
    const histogram = this.#histograms[name];
    for (const [index, bound] of histogram.bounds.entries()) if (value <= bound) histogram.counts[index]++;
    histogram.count++;
    histogram.sum += value;
  }

  text() {
    const labels = `engine="0",model_name="${this.#model}"`;
    const line = (name, value, more = "") => `vllm:${name}{${labels}${more}} ${value}\n`;
    const gauge = (name, value) => `# TYPE vllm:${name} gauge\n${line(name, value)}`;
    const counter = (name, value) => `# TYPE vllm:${name}_total counter\n${line(`${name}_total`, value)}`;
    const { prompt, cached, generated, ...ends } = this.#totals;
    return [
      gauge("num_requests_running", this.running),
      gauge("num_requests_waiting", 0),
      gauge("kv_cache_usage_perc", this.running / 100),
      counter("prompt_tokens", prompt),
      counter("generation_tokens", generated),
      counter("num_preemptions", 0),
      counter("prefix_cache_queries", prompt),
      counter("prefix_cache_hits", cached),
      "# TYPE vllm:request_success_total counter\n",
      ...Object.entries(ends).map(([reason, count]) =>
        line("request_success_total", count, `,finished_reason="${reason}"`),
      ),
      ...Object.entries(this.#histograms).map(([name, { bounds, counts, count, sum }]) =>
        [
          `# TYPE vllm:${name} histogram\n`,
          ...bounds.map((bound, index) => line(`${name}_bucket`, counts[index], `,le="${bound}"`)),
          line(`${name}_bucket`, count, ',le="+Inf"'),
          line(`${name}_count`, count),
          line(`${name}_sum`, sum),
        ].join(""),
      ),
    ].join("");
  }
}
