/** Checks of the services of the stack that providers name: they are there, and serve what the provider says. */
import { MODEL_NAME } from "../../model/registry.ts";
import { listKnown } from "../../model/suggest.ts";
import { atProvider, type Check, type Fault } from "./check.ts";

export const servicesExist: Check = ({ registry, services, router, broken }) => {
  if (router === undefined) return [];
  return registry.providers.flatMap((provider): Fault[] => {
    const at = atProvider(provider.name, "service");
    const named = services.find(({ name }) => name === provider.service);
    if (provider.service === undefined || broken.has(provider.service)) return [];
    if (named === undefined) {
      // Whoever takes a service out of the stack for a while may leave its provider where it is.
      if (!provider.isActive) return [];
      const serving = services.filter(({ engine }) => engine !== undefined).map(({ name }) => name);
      const message = `no service of the stack is named ${JSON.stringify(provider.service)}`;
      return [{ ...at, message, hint: listKnown("those that serve models", serving) }];
    }
    if (named.engine === undefined) {
      return [{ ...at, message: `${named.name} serves no models`, hint: "say so in its service file: serves_models" }];
    }
    if (named.engine.type === provider.type) return [];
    const message = `${named.name} is of the type ${named.engine.type}, and not ${provider.type}`;
    return [{ ...atProvider(provider.name, "type"), message, hint: `type: ${named.engine.type}` }];
  });
};

export const namesAreUsable: Check = ({ registry, router }) => {
  if (router === undefined) return [];
  return registry.providers.flatMap(({ name, service, models }) =>
    models
      .filter((model) => !MODEL_NAME.test(model.name))
      .map((model) => ({
        ...atProvider(name, service === undefined ? "models" : "service"),
        message: `${name} calls a model ${JSON.stringify(model.name)}, which ${router.name} cannot take for a name`,
        hint: "letters, digits and . _ : / @ + -; for a service of this stack it is one of its settings",
      })),
  );
};
