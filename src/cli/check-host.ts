/** What `check` looks at on this host, besides the configuration: ports that others hold, files that were generated, providers, database and cache. */
import { askProviders } from "../apps/ask-providers.ts";
import { askStores } from "../apps/ask-stores.ts";
import { readIndex } from "../apps/service-index.ts";
import { gatherLocalAccounts } from "../facts/accounts.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherListeners, nameListeners } from "../facts/listeners.ts";
import { expiredKeys, type GeneratedFile, outOfStep } from "../gateway/checks/host.ts";
import type { AccountFact, ListenerFact } from "../model/facts.ts";
import type { HostCheck } from "../model/host-check.ts";
import type { Address } from "../model/names.ts";
import { USUAL_PODMAN } from "../model/podman-version.ts";
import type { Stack } from "../model/service.ts";
import { portsTaken } from "../plan/preflight.ts";
import type { System } from "../system/interfaces.ts";
import { sampleFiles } from "./render.ts";

/** `check` is one of the host's, or the rule of a quadlet. */
export interface HostFinding<Check extends string = string> {
  readonly level: "error" | "warning";
  readonly check: Check;
  readonly message: string;
  readonly hint: string;
}

/** As a user it sees what users see; the configuration decides nothing by it. */
export async function checkHost(system: System, stack: Stack): Promise<readonly HostFinding<HostCheck>[]> {
  const listening = gatherListeners(system);
  const [listeners, accounts, generated, silent] = await Promise.all([
    listening,
    gatherLocalAccounts(system),
    readGenerated(system, stack),
    listening.then((found) => whoIsSilent(system, stack, found)),
  ]);
  const taken = takenPorts(stack, accounts, listeners);
  const named = taken.length === 0 ? taken : takenPorts(stack, accounts, nameListeners(system, listeners));
  const expired = expiredKeys(stack.registry?.keys ?? [], system.clock.now());
  return [...named, ...outOfStep(generated).map(stale), ...expired.map(ended), ...silent];
}

/** Providers, and what a service that routes to them keeps its things in. Only root has their keys; and it only once it is installed. */
async function whoIsSilent(
  system: System,
  { registry, services }: Stack,
  listeners: readonly ListenerFact[],
): Promise<readonly HostFinding<HostCheck>[]> {
  const routers = services.filter(({ routesModels }) => routesModels !== undefined);
  if (registry === undefined || routers.length === 0 || system.host.effectiveUid() !== 0) return [];
  const index = await ifReadable(readIndex(system));
  if (index === undefined) return [];
  const installed = routers.flatMap((service) => {
    const router = index.services.find(({ name }) => name === service.name);
    return router === undefined ? [] : [{ service, router }];
  });
  const [first] = installed;
  if (first === undefined) return [];
  const [providers, stores] = await Promise.all([
    askProviders(system, registry, { router: first.router, services: index.services, listeners }),
    Promise.all(installed.map(({ service, router }) => askStores(system, service, router))),
  ]);
  const silent = providers.map((fault) => ({ check: "providers-answer" as const, ...fault }));
  return [...silent, ...stores.flat()].map((fault) => ({ level: "warning", ...fault }));
}

/** At loopback, and at every address: which one the tailnet has, the plan finds out. */
export function takenPorts(
  stack: Stack,
  accounts: readonly AccountFact[],
  listeners: readonly ListenerFact[],
): readonly HostFinding<HostCheck>[] {
  const uids = new Map<string, number>(accounts.map(({ user, uid }) => [user, uid]));
  const address = (stack.listen === "auto" ? "127.0.0.1" : stack.listen) as Address;
  return portsTaken(stack, address, uids, listeners).map(({ message, hint }) => ({
    level: "error",
    check: "ports-free",
    message,
    hint,
  }));
}

function stale({ path }: GeneratedFile): HostFinding<HostCheck> {
  return {
    level: "warning",
    check: "generated-in-step",
    message: `${path} is not what the configuration gives now`,
    hint: "sudo install-quadlets applies it; changes in that file itself are lost",
  };
}

function ended(key: string): HostFinding<HostCheck> {
  return {
    level: "warning",
    check: "keys-current",
    message: `the key ${key} has expired: it opens nothing any more`,
    hint: "give it another day in keys.yaml, or take it out there",
  };
}

/** Of the services that route to models. What only root may read is left out. */
async function readGenerated(system: System, stack: Stack): Promise<readonly GeneratedFile[]> {
  const routers = stack.services.filter(({ routesModels }) => routesModels !== undefined);
  if (routers.length === 0) return [];
  const rendered = sampleFiles(stack, USUAL_PODMAN);
  const files = routers.flatMap(({ name, account, files }) =>
    files.map(({ path }) => ({ path, wanted: rendered.get(`${name}/files${path.slice(account.home.length)}`) ?? "" })),
  );
  return Promise.all(
    files.map(async ({ path, wanted }) => ({ path, wanted, found: await ifReadable(system.files.read(path)) })),
  );
}
