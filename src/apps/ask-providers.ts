/** Asks the providers of a registry which models they have, as the service that routes would, with its keys. */
import { type Heard, judgeProvider, type LiveFault } from "../gateway/checks/live.ts";
import { providerSecret } from "../gateway/keys.ts";
import { modelsQuestion } from "../gateway/models-question.ts";
import { routesOf } from "../gateway/routes.ts";
import { UserError } from "../model/diagnostic.ts";
import type { ListenerFact } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import type { HttpQuestion } from "../model/http.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { Provider, Registry } from "../model/registry.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { System } from "../system/interfaces.ts";
import { readSecret } from "./enter.ts";
import { holdsPort } from "./own-port.ts";

/** One that takes longer to say what it has is none that a chat could wait for. */
const ANSWER_MS = 8_000;

/** What is installed here, and which sockets there are now. */
export interface Surroundings {
  readonly router: IndexedService;
  readonly services: readonly IndexedService[];
  readonly listeners: readonly ListenerFact[];
}

/** All at once. One that sleeps is not woken by it, and is not at fault. */
export async function askProviders(
  system: System,
  registry: Registry,
  here: Surroundings,
): Promise<readonly LiveFault[]> {
  const targets = groupBy(
    routesOf(registry).flatMap((route) => route.targets),
    ({ provider }) => provider.name,
  );
  const active = registry.providers.filter(({ isActive }) => isActive);
  const faults = await Promise.all(
    active.map(async (provider) => {
      const heard = await hear(system, provider, here);
      const wanted = [...new Set((targets.get(provider.name) ?? []).map(({ model }) => model.name))];
      return heard === undefined ? [] : judgeProvider(provider, { wanted, router: here.router.name }, heard);
    }),
  );
  return faults.flat();
}

/** Undefined where nothing is to be said of it. */
async function hear(
  system: System,
  provider: Provider,
  { router, services, listeners }: Surroundings,
): Promise<Heard | undefined> {
  const asked = modelsQuestion(provider);
  if (asked === undefined) return undefined;
  const service = services.find(({ name }) => name === provider.service);
  // Its key is for nobody else who happens to have the port.
  if (service !== undefined && !holdsPort(listeners, service, asked.port)) {
    return service.swap === undefined && service.idle === undefined ? { kind: "refused" } : undefined;
  }
  return question(system, { ...asked, timeoutMs: ANSWER_MS }, provider, router);
}

async function question(
  system: System,
  asked: Omit<HttpQuestion, "bearer">,
  provider: Provider,
  router: IndexedService,
): Promise<Heard> {
  try {
    const secret = providerSecret(provider);
    const bearer =
      secret === undefined ? undefined : await readSecret(system, router, podmanSecretName(router.name, secret));
    const answer = await system.http.ask({ ...asked, bearer });
    return answer === undefined ? { kind: "refused" } : { kind: "answer", answer };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { kind: "failed", message: error.message };
  }
}
