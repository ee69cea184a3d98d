/** What a registry means, subject by subject in words: a plan compares them, so that nobody has to read a gateway's own file for it. */
import { grouped } from "../model/gateway-key.ts";
import type { Meaning } from "../model/meaning.ts";
import type { Model, Provider, Registry, Routing } from "../model/registry.ts";
import { type Route, routesOf } from "./routes.ts";

/** Of keys nothing: what they may is compared with what the gateway says of them. */
export function meaningOf(registry: Registry): Meaning {
  const routes = routesOf(registry);
  return Object.fromEntries([
    ...routes.map((route) => [`model ${route.name}`, wayOf(route)]),
    ...routes.flatMap(({ name, aliases }) => aliases.map((alias) => [`model ${alias}`, `another name of ${name}`])),
    ...registry.providers.map((provider) => [`provider ${provider.name}`, placeOf(provider)]),
    ...registry.providers.flatMap(({ name, models }) =>
      models.flatMap((model) => {
        const text = sizeOf(model);
        return text === "" ? [] : [[`${model.name} of ${name}`, text]];
      }),
    ),
    ["every request", routingText(registry.routing)],
  ]);
}

/** "qwen of local (weight 3), qwen of other (weight 1), then small, where it is too long big" */
function wayOf({ targets, fallbacks, contextFallbacks }: Route): string {
  const isWeighted = targets.some(({ weight }) => weight !== 1);
  const turns = targets.map(({ provider, model, weight }) => {
    const share = isWeighted ? ` (weight ${weight})` : "";
    return `${model.name} of ${provider.name}${share}`;
  });
  return [
    ...turns,
    ...fallbacks.map((name) => `then ${name}`),
    ...(contextFallbacks.length === 0 ? [] : [`where it is too long ${contextFallbacks.join(", ")}`]),
  ].join(", ");
}

function placeOf({ type, service, baseUrl, apiVersion, isActive, key }: Provider): string {
  const at = service === undefined ? baseUrl : `the service ${service}, ${baseUrl}`;
  return [
    type,
    ...(at === undefined ? [] : [`at ${at}`]),
    ...(apiVersion === undefined ? [] : [`version ${apiVersion}`]),
    key === undefined ? "without a key" : `with the key ${key.secret}`,
    ...(isActive ? [] : ["disabled"]),
  ].join(", ");
}

function sizeOf({ mode, context, quantization, price }: Model): string {
  return [
    ...(mode === undefined || mode === "chat" ? [] : [mode]),
    ...(context === undefined ? [] : [`${grouped(context)} tokens together`]),
    ...(quantization === undefined ? [] : [quantization]),
    ...(price === undefined ? [] : [`$${price.input} and $${price.output} a million tokens`]),
  ].join(", ");
}

function routingText({ retries, failures, cooldownSeconds, timeoutSeconds }: Routing): string {
  return `${retries} more tries, ${failures} failures a minute end it for ${cooldownSeconds} s, ${timeoutSeconds} s at most`;
}
