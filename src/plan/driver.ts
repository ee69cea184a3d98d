/** Images that need a newer NVIDIA driver than the host has: they would load for a minute and then fail. */
import type { HostFacts } from "../model/facts.ts";
import type { Stack } from "../model/service.ts";
import type { Finding } from "./preflight.ts";

/** Nothing where no driver is loaded: then podman says that there is no such device. */
export function driverFindings(
  { services }: Pick<Stack, "services">,
  { nvidiaDriver }: Pick<HostFacts, "nvidiaDriver">,
): readonly Finding[] {
  if (nvidiaDriver === undefined) return [];
  const has = Number.parseInt(nvidiaDriver, 10);
  return services.flatMap(({ containers }) =>
    containers.flatMap(({ unit, image, nvidiaDriver: needs }): Finding[] => {
      if (needs === undefined || has >= needs.atLeast) return [];
      const message = `${unit} (${image}) needs the NVIDIA driver ${needs.atLeast} or newer; this host has ${nvidiaDriver}`;
      return [{ message, hint: needs.hint }];
    }),
  );
}
