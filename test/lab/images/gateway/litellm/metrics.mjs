// What LiteLLM counts for Prometheus (docs/proxy/prometheus.md), as much as there is something to count in here.
const BOUNDS = [0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];
const COUNTERS = [
  "proxy_total_requests_metric",
  "proxy_failed_requests_metric",
  "input_tokens_metric",
  "output_tokens_metric",
  "deployment_success_responses",
  "deployment_failure_responses",
  "deployment_successful_fallbacks",
];
const HISTOGRAMS = ["request_total_latency_metric", "llm_api_time_to_first_token_metric", "overhead_latency_metric"];

const labelText = (labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");

export class Metrics {
  #counters = new Map(COUNTERS.map((name) => [name, new Map()]));
  #histograms = new Map(HISTOGRAMS.map((name) => [name, new Map()]));
  #budgets = new Map();

  /** A question that was answered, or not. `entry` is what its use is written down as. */
  add(row, entry, { deployment, fallbacks = 0 } = {}) {
    const isFine = entry.status === "success";
    const who = { api_key_alias: row.key_alias ?? "None", requested_model: entry.group };
    const asked = { ...who, status_code: isFine ? "200" : "500" };
    this.#count("proxy_total_requests_metric", asked);
    if (!isFine) this.#count("proxy_failed_requests_metric", { ...who, exception_status: "500" });
    const used = { api_key_alias: row.key_alias ?? "None", model: entry.model };
    this.#count("input_tokens_metric", used, entry.promptTokens);
    this.#count("output_tokens_metric", used, entry.completionTokens);
    const seconds = (entry.endTime - entry.startTime) / 1000;
    if (isFine) this.#observe("request_total_latency_metric", used, seconds);
    if (entry.firstTime) {
      const first = (entry.firstTime - entry.startTime) / 1000;
      this.#observe("llm_api_time_to_first_token_metric", { model: entry.model }, first);
    }
    if (deployment) {
      const of = { litellm_model_name: deployment.model, api_base: deployment.params.api_base };
      this.#count("deployment_success_responses", of);
      this.#observe("overhead_latency_metric", of, 0.002);
      if (fallbacks > 0) this.#count("deployment_successful_fallbacks", { fallback_model: deployment.group });
    }
    if (row.max_budget) this.#budgets.set(row.key_alias ?? "None", [row.max_budget - row.spend, row.max_budget]);
  }

  #count(name, labels, by = 1) {
    const series = this.#counters.get(name);
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  #observe(name, labels, value) {
    const series = this.#histograms.get(name);
    const key = labelText(labels);
    const one = series.get(key) ?? { counts: BOUNDS.map(() => 0), count: 0, sum: 0 };
    series.set(key, one);
    for (const [index, bound] of BOUNDS.entries()) if (value <= bound) one.counts[index]++;
    one.count++;
    one.sum += value;
  }

  text(open, router) {
    const gauge = (name, samples) => [
      `# TYPE litellm_${name} gauge`,
      ...samples.map(([labels, value]) => `litellm_${name}{${labels}} ${value}`),
    ];
    const states = router.deployments.map((one) => [
      labelText({ litellm_model_name: one.model, api_base: one.params.api_base }),
      router.isCooling(one) ? 2 : 0,
    ]);
    const budgets = [...this.#budgets].map(([alias, numbers]) => [labelText({ api_key_alias: alias }), numbers]);
    const lines = [
      ...gauge("in_flight_requests", [["", open]]),
      ...gauge("deployment_state", states),
      ...gauge(
        "remaining_api_key_budget_metric",
        budgets.map(([labels, [left]]) => [labels, left]),
      ),
      ...gauge(
        "api_key_max_budget_metric",
        budgets.map(([labels, [, most]]) => [labels, most]),
      ),
      ...[...this.#counters].flatMap(([name, series]) => [
        `# TYPE litellm_${name}_total counter`,
        ...[...series].map(([labels, value]) => `litellm_${name}_total{${labels}} ${value}`),
      ]),
      ...[...this.#histograms].flatMap(([name, series]) => [
        `# TYPE litellm_${name} histogram`,
        ...[...series].flatMap(([labels, one]) => histogramLines(`litellm_${name}`, labels, one)),
      ]),
    ];
    return `${lines.join("\n")}\n`;
  }
}

function histogramLines(name, labels, { counts, count, sum }) {
  return [
    ...BOUNDS.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${counts[index]}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_count{${labels}} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
  ];
}
