/** `svc open`: where a service is, for a person; in a browser where one is at hand. */
import { showInBrowser } from "../apps/browser.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import { userError } from "../model/diagnostic.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print } from "./output.ts";

export async function open(name: string): Promise<void> {
  const system = makeSystem();
  const { service } = findTarget(await readIndex(system), name);
  const [first] = service.urls;
  if (first === undefined)
    throw userError("does-not-apply", `${service.name} has no page`, `sudo svc where ${service.name} names its ports`);
  // The others are for programs: svc where names them all.
  print(first);
  const user = await showInBrowser(system, first);
  complain(
    user === undefined
      ? "no desktop of yours is on this host: open it on a client (sudo svc client says how to set one up)"
      : `opened in the browser of ${user}`,
  );
}
