/** `svc pull`: what registries have under the configured names, fetched by the account that runs it; it waits there for `svc update`. */
import { nameAsBefore } from "../apps/name-as-before.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import { readVersions } from "../apps/versions.ts";
import { asUserAttached } from "../commands/accounts.ts";
import { pullImage } from "../commands/podman.ts";
import { gatherImages } from "../facts/images.ts";
import { userError } from "../model/diagnostic.ts";
import { next } from "../model/next.ts";
import { runAttached } from "../system/attached.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print } from "./output.ts";

export async function pull(name: string): Promise<void> {
  const system = makeSystem();
  const { service, units } = findTarget(await readIndex(system), name);
  const images = [...new Set(units.map((unit) => unit.image).filter((image) => image !== ""))];
  if (images.length === 0) throw userError("does-not-apply", `${name} has no image`, `sudo svc pull ${service.name}`);
  const before = await gatherImages(system, service, images);
  let waits = false;
  for (const image of images) {
    print(`pulling ${image} for ${service.user}`);
    // podman draws its own progress on a terminal, and prints lines elsewhere.
    const code = await runAttached(asUserAttached(service, pullImage(image)));
    if (code !== 0)
      throw userError(
        "pull-failed",
        `${image} could not be pulled: podman ended with code ${code}`,
        `sudo svc pull ${name}`,
      );
    if (await nameAsBefore(system, service, image, before.get(image))) waits = true;
  }
  if (waits) return complain(next("svc pull", name));
  const names = new Set<string>(units.map((unit) => unit.name));
  const now = (await readVersions(system, [service])).filter((unit) => names.has(unit.name));
  const other = now.filter(({ present, running }) => running !== null && running !== present);
  if (other.length === 0) return print("nothing else runs than what is there now");
  complain(next("svc pull of what was gone", name));
}
