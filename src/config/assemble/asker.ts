/** Whom a service asks for models, and the variables that it has where that is the router of the stack. */
import type { Service } from "../../model/service.ts";
import { askedModels } from "../asked-models.ts";
import { type Builder, readCondition, readText } from "./fields.ts";

export function buildAsker(builder: Builder): Pick<Service, "asksModels"> {
  const asks = builder.draft.written.asks_models;
  // For what it has to say about a setting that there is not.
  if (asks?.router !== undefined) readCondition(builder, ["asks_models", "router", "when"]);
  const asksModels = askedModels(builder.site, builder.draft);
  return asksModels === undefined ? {} : { asksModels };
}

/** Of one container. */
export function routerVariables(builder: Builder, container: string): readonly (readonly [string, string])[] {
  const asks = builder.draft.written.asks_models;
  const asked = askedModels(builder.site, builder.draft);
  if (asks?.container !== container || asked?.userHeader === undefined) return [];
  return Object.keys(asks.router?.environment ?? {}).map((key) => [
    key,
    readText(builder, ["asks_models", "router", "environment", key]),
  ]);
}
