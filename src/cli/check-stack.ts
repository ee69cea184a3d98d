/** `install-quadlets check` of a stack file, or of the site's configuration. */
import { resolveStack } from "../config/resolve.ts";
import { UserError } from "../model/diagnostic.ts";
import { refuseOwn } from "../runs/prepare.ts";
import { reasonNotToRead } from "../system/look-at.ts";
import { makeSystem } from "../system/real.ts";
import { print } from "./output.ts";
import { readSources } from "./package.ts";

export function checkStack(stackFile: string | undefined): void {
  const reason = stackFile === undefined ? undefined : reasonNotToRead(stackFile);
  if (reason !== undefined) throw new UserError(`${stackFile} ${reason}`);
  const stack = resolveStack(readSources(stackFile));
  const system = makeSystem();
  // Only root may read the key.
  if (system.host.effectiveUid() === 0) refuseOwn(system, stack, system.clock.now());
  print(`${stack.services.length} services, no faults: ${stack.services.map((service) => service.name).join(", ")}`);
}
