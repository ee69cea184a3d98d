/** What the page about the site says of it: services that have an address, models that can be asked for, and where. */
import { routesOf } from "../gateway/routes.ts";
import type { Model } from "../model/registry.ts";
import type { Service, Stack } from "../model/service.ts";

export function portalView(stack: Stack): object {
  const services = stack.services.flatMap((service) => {
    const [route] = service.routes;
    const { name, description } = service;
    return route === undefined ? [] : [{ name, description, label: route.host, host: hostOf(stack, route.host) }];
  });
  const doors = doorsOf(stack);
  const models = doors.flatMap(({ host, models }) => models.map((model) => ({ ...model, host })));
  return { services, models, doors: doors.flatMap(withExample) };
}

/** Where programs ask for models. */
interface Door {
  readonly service: string;
  readonly host: string;
  /** "gateway" makes keys for people; "service" has one for all, the secret of that name; "none" asks for none. */
  readonly keys: "gateway" | "service" | "none";
  readonly secret: string;
  readonly models: readonly Named[];
}

interface Named {
  readonly name: string;
  /** "32,768 tokens"; empty where nobody says. */
  readonly context: string;
  readonly answersChats: boolean;
}

/** A gateway leads to all models, with keys of their own for people: beside it those of the services are nobody's business. */
function doorsOf(stack: Stack): readonly Door[] {
  const gateways = stack.services.flatMap((service) => {
    const host = service.routesModels === undefined ? undefined : apiHost(stack, service);
    if (host === undefined || stack.registry === undefined) return [];
    const models = routesOf(stack.registry).map(({ name, targets }) =>
      named(
        name,
        targets.map(({ model }) => model),
      ),
    );
    return [{ service: service.name, host, keys: "gateway" as const, secret: "", models }];
  });
  if (gateways.length > 0) return gateways;
  return stack.services.flatMap((service) => {
    const { engine } = service;
    const host = engine === undefined ? undefined : apiHost(stack, service);
    if (engine === undefined || host === undefined) return [];
    const models = engine.models.map((model) => named(model.name, [model]));
    const keys = engine.key === undefined ? ("none" as const) : ("service" as const);
    return [{ service: service.name, host, keys, secret: engine.key ?? "", models }];
  });
}

function apiHost(stack: Stack, { routes }: Service): string | undefined {
  const [route] = routes;
  return route === undefined ? undefined : hostOf(stack, route.host);
}

function hostOf({ domain }: Stack, host: string): string {
  return `${host}.${domain}`;
}

/** What every target can hold. */
function named(name: string, models: readonly Model[]): Named {
  const contexts = models.flatMap(({ context }) => context ?? []);
  const least = contexts.length === models.length ? Math.min(...contexts) : 0;
  const context = Number.isFinite(least) && least > 0 ? `${least.toLocaleString("en")} tokens` : "";
  return { name, context, answersChats: models.every(({ mode }) => mode === undefined || mode === "chat") };
}

/** With the first model that answers, ready to be pasted; without one there is nothing to try. */
function withExample(door: Door): readonly object[] {
  const model = door.models.find(({ answersChats }) => answersChats)?.name;
  if (model === undefined) return [];
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
  return [{ ...door, model, body, byGateway: door.keys === "gateway", byService: door.keys === "service" }];
}
