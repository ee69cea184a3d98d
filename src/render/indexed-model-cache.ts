/** The models that a service keeps, with podman's names and what fetching one takes. */
import type { IndexedModelCache } from "../model/model-cache.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service } from "../model/service.ts";
import type { Site } from "./site.ts";

export function indexedModelCache(
  { name, engine, containers }: Service,
  { weights }: Pick<Site, "weights">,
): IndexedModelCache | undefined {
  const cache = engine?.cache;
  const container = containers.find((one) => one.name === cache?.container);
  if (cache === undefined || container === undefined) return undefined;
  const known = cache.models.flatMap((model) => {
    const bytes = weights?.(model);
    return bytes === undefined ? [] : [[model, bytes] as const];
  });
  return {
    ...cache,
    ...(known.length > 0 && { bytes: Object.fromEntries(known) }),
    container: container.unit,
    image: container.image,
    // Nothing else of the service is its business.
    mounts: container.mounts
      .filter(({ source }) => cache.directory === source || cache.directory.startsWith(`${source}/`))
      .map(({ source, target }) => ({ source, target })),
    secrets: Object.fromEntries(
      Object.entries(cache.secrets).map(([variable, secret]) => [variable, podmanSecretName(name, secret)]),
    ),
  };
}
