/** What the answers of providers say: that they are there, take the key, and have the models that requests lead to. */
import type { HttpAnswer } from "../../model/http.ts";
import type { Provider } from "../../model/registry.ts";
import { suggestNear } from "../../model/suggest.ts";
import { visible } from "../../model/visible.ts";
import { missingModels } from "../models-question.ts";

/** refused: nobody listens. failed: why there is no answer. */
export type Heard =
  | { readonly kind: "answer"; readonly answer: HttpAnswer }
  | { readonly kind: "refused" }
  | { readonly kind: "failed"; readonly message: string };

export interface LiveFault {
  readonly message: string;
  readonly hint: string;
}

/** `wanted`: the names of models that routes ask it for; `router`: who has its key. At most one fault of a provider, but for its models. */
export function judgeProvider(
  provider: Provider,
  { wanted, router }: { readonly wanted: readonly string[]; readonly router: string },
  heard: Heard,
): readonly LiveFault[] {
  const who = `the provider ${provider.name}`;
  const lookAt = provider.service === undefined ? "base_url in providers.yaml" : `svc status ${provider.service}`;
  if (heard.kind === "refused") return [{ message: `${who} does not answer: nobody listens there`, hint: lookAt }];
  if (heard.kind === "failed") return [{ message: `${who} does not answer: ${visible(heard.message)}`, hint: lookAt }];
  const { status, body } = heard.answer;
  if (status === 401 || status === 403) return [refusal(provider, router, status)];
  const found = status === 200 ? missingModels(provider, body, wanted) : undefined;
  if (found === undefined) {
    const what =
      status === 200 ? "with something that is no list of models" : `${status} when it is asked for its models`;
    return [{ message: `${who} answers ${what}`, hint: `${lookAt}; a base_url mostly ends with /v1` }];
  }
  return found.missing.map((model) => ({
    message: `${who} does not have ${model}: it has ${few(found.listed)}`,
    hint: suggestNear(model, found.listed) ?? `another model in providers.yaml, or ${lookAt}`,
  }));
}

function refusal({ name, key }: Provider, router: string, status: number): LiveFault {
  if (key === undefined) {
    const message = `the provider ${name} asks for a key (${status})`;
    return {
      message,
      hint: `key: SECRET at ${name} in providers.yaml, and sudo install-quadlets secrets set ${router}/SECRET`,
    };
  }
  const hint =
    key.kind === "supplied"
      ? `sudo install-quadlets secrets set ${router}/${key.secret}`
      : `sudo install-quadlets gives ${router} the key that ${key.service} has now`;
  return { message: `the provider ${name} refuses the key (${status})`, hint };
}

const MOST_NAMED = 5;

function few(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const rest = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).map(visible).join(", ");
  return rest > 0 ? `${named} and ${rest} more` : named;
}
