/**
 * What LiteLLM says of an answer and of its deployments, as of 1.108:
 *
 *   headers of an answer: x-litellm-model-group, -model-api-base, -attempted-retries, -attempted-fallbacks, -response-cost
 *   GET /metrics/, where something measures: litellm_deployment_state{litellm_model_name, api_base} 0 well, 1 it failed, 2 out of the
 *       rotation, until an answer of it went well again
 *
 * Sources: litellm/proxy/common_request_processing.py (get_custom_headers) and docs/proxy/prometheus.md of 2026.
 */
export type Headers = Readonly<Record<string, string>>;

export interface Answerer {
  /** The name that answered: another one than was asked for, after a fallback. */
  readonly name: string | undefined;
  readonly address: string | undefined;
  readonly retries: number | undefined;
  readonly fallbacks: number | undefined;
  readonly dollars: number | undefined;
}

export function answererIn(headers: Headers): Answerer {
  const text = (name: string) => headers[`x-litellm-${name}`] || undefined;
  const count = (name: string) => {
    const value = Number(text(name) ?? Number.NaN);
    return Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  return {
    name: text("model-group"),
    address: text("model-api-base"),
    retries: count("attempted-retries"),
    fallbacks: count("attempted-fallbacks"),
    dollars: count("response-cost"),
  };
}

export type DeploymentState = "well" | "failed" | "out";

const STATES: readonly DeploymentState[] = ["well", "failed", "out"];

const HERE = "http://127.0.0.1:";

/** Undefined where the numbers do not say it. `address`: undefined for the one that a provider outside has by its type. */
export function deploymentState(
  metrics: string,
  model: string,
  address: string | undefined,
): DeploymentState | undefined {
  const states = [...metrics.matchAll(/^litellm_deployment_state\{(.*)\} (\d)/gm)].flatMap(([, labels = "", value]) => {
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const name = label("litellm_model_name");
    const isIt = name === model || name.endsWith(`/${model}`);
    return isIt && (address === undefined ? !label("api_base").startsWith(HERE) : label("api_base") === address)
      ? [Number(value)]
      : [];
  });
  return states.length === 0 ? undefined : STATES[Math.max(...states)];
}
