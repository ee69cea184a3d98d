/** One look at host and units, laid where somebody reads it. */
import { gatherCertificate } from "../facts/certificates.ts";
import { userError } from "../model/diagnostic.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { expositionText } from "./exposition.ts";
import { familiesOf } from "./families.ts";
import { gatherBackups, gatherClock, gatherDisks, gatherHostUnits, gatherInterfaces, timersIn } from "./gather-host.ts";
import { measureService } from "./gather-units.ts";
import type { Measured } from "./measured.ts";

const FILE = "install-quadlets.prom";

export async function writeMetrics(system: System, index: ServiceIndex): Promise<void> {
  const directories = index.measured?.directories ?? [];
  if (directories.length === 0) {
    throw userError(
      "does-not-apply",
      "no service of this host reads metrics of units",
      "`observability: true` in stack.yaml adds one",
    );
  }
  const text = expositionText(familiesOf(await measure(system, index)));
  // The account that reads it may not write there; whatever lies in the way is not followed.
  for (const directory of directories)
    await system.files.write(`${directory}/${FILE}`, text, { uid: 0, gid: 0, mode: 0o644 });
}

async function measure(system: System, index: ServiceIndex): Promise<Measured> {
  const [services, disks, interfaces, units, certificates, backups] = await Promise.all([
    Promise.all(index.services.map((service) => measureService(system, service))),
    gatherDisks(system, index),
    gatherInterfaces(system),
    gatherHostUnits(system),
    gatherCertificates(system, index),
    gatherBackups(system, index),
  ]);
  return {
    now: Math.floor(system.clock.now().getTime() / 1000),
    services,
    disks,
    interfaces,
    clockIsSet: await gatherClock(system, units),
    timers: timersIn(units),
    certificates,
    backups,
    backupSeconds: index.measured?.backupSeconds,
  };
}

async function gatherCertificates(system: System, { certificate }: ServiceIndex): Promise<Measured["certificates"]> {
  if (certificate === undefined) return [];
  const facts = await gatherCertificate(system, certificate.wanted);
  const ends = { leaf: facts?.leaf, authority: facts?.authority, tailscale: facts?.tailscale };
  return Object.entries(ends).flatMap(([name, fact]) =>
    fact === undefined ? [] : [{ name, until: Math.floor(fact.notAfter.getTime() / 1000) }],
  );
}
