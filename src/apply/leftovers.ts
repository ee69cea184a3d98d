/** Removes the half-written files of a run that was killed inside a write. */
import { APPLIED_PATH, isTemporary, KEPT_SECRETS } from "../model/places.ts";
import type { DesiredState } from "../model/resource.ts";
import { GENERATIONS } from "../record/generations.ts";
import type { System } from "../system/interfaces.ts";

/** Only with the lock held: what looks like a leftover may be what another run is writing just now. */
export async function clearLeftovers(
  system: System,
  desired: Pick<DesiredState, "files" | "certificate">,
): Promise<void> {
  const { files } = system;
  const { certificate } = desired;
  const written = [APPLIED_PATH, ...desired.files.map((file) => file.path)];
  if (certificate !== undefined) {
    written.push(certificate.authorityKey, certificate.leafKey, certificate.publishedCertificate);
  }
  const runs = (await files.list(GENERATIONS)).map((name) => `${GENERATIONS}/${name}`);
  const directories = new Set([...written.map((path) => path.slice(0, path.lastIndexOf("/"))), KEPT_SECRETS, ...runs]);
  for (const directory of directories) {
    for (const name of await files.list(directory)) {
      if (isTemporary(name)) await files.remove(`${directory}/${name}`);
    }
  }
}
