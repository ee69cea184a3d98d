/** One look at host and units, laid where somebody reads it: as numbers for Prometheus, as words for the page about the site. */
import { expiriesOf } from "../apps/expiry.ts";
import { judgeCertificate } from "../apps/expiry-text.ts";
import { judgeAddress } from "../apps/judge-address.ts";
import type { Judgement } from "../apps/signs.ts";
import { gatherCertificate } from "../facts/certificates.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { expositionText } from "./exposition.ts";
import { familiesOf } from "./families.ts";
import { gatherBackups, gatherClock, gatherDisks, gatherHostUnits, gatherInterfaces, timersIn } from "./gather-host.ts";
import { measureService } from "./gather-units.ts";
import type { Measured } from "./measured.ts";
import { portalState } from "./portal-state.ts";

const FILE = "install-quadlets.prom";
const STATE_FILE = "state.json";
/** The account that reads it may not write there; whatever lies in the way is not followed. */
const OWNED = { uid: 0, gid: 0, mode: 0o644 };

export async function writeMetrics(system: System, index: ServiceIndex): Promise<void> {
  const { directories = [], portal } = index.measured ?? {};
  if (directories.length === 0 && portal === undefined) {
    throw userError(
      "does-not-apply",
      "no service of this host reads metrics of units",
      "`observability: true` or `portal: true` in stack.yaml adds one",
    );
  }
  const measured = await measure(system, index);
  if (directories.length > 0) {
    const text = expositionText(familiesOf(measured));
    for (const directory of directories) await system.files.write(`${directory}/${FILE}`, text, OWNED);
  }
  if (portal !== undefined)
    await system.files.write(`${portal}/${STATE_FILE}`, `${JSON.stringify(portalState(measured))}\n`, OWNED);
}

async function measure(system: System, index: ServiceIndex): Promise<Measured> {
  const inWords = index.measured?.portal !== undefined;
  const certificates = await gatherCertificates(system, index);
  const addresses = system.host.addresses();
  const extra = (service: IndexedService) => {
    if (!inWords) return undefined;
    const isServer = service.name === index.certificate?.wanted.service;
    return judgeAddress(service, index, addresses) ?? (isServer ? certificates.judgement : undefined);
  };
  const [services, disks, interfaces, units, backups, spoken] = await Promise.all([
    Promise.all(index.services.map((one) => measureService(system, one, { inWords, extra: extra(one) }))),
    gatherDisks(system, index),
    gatherInterfaces(system),
    gatherHostUnits(system),
    gatherBackups(system, index),
    inWords ? (await import("./gather-words.ts")).gatherWords(system) : undefined,
  ]);
  return {
    now: Math.floor(system.clock.now().getTime() / 1000),
    services,
    disks,
    interfaces,
    clockIsSet: await gatherClock(system, units),
    timers: timersIn(units),
    certificates: certificates.ends,
    backups,
    backupSeconds: index.backups?.everySeconds,
    gpus: spoken?.gpus ?? [],
    verified: spoken?.verified,
  };
}

interface Certificates {
  readonly ends: Measured["certificates"];
  readonly judgement: Judgement | undefined;
}

async function gatherCertificates(system: System, { certificate }: ServiceIndex): Promise<Certificates> {
  if (certificate === undefined) return { ends: [], judgement: undefined };
  const { wanted } = certificate;
  const facts = await gatherCertificate(system, wanted);
  const all = { leaf: facts?.leaf, authority: facts?.authority, tailscale: facts?.tailscale };
  const ends = Object.entries(all).flatMap(([name, fact]) =>
    fact === undefined ? [] : [{ name, until: Math.floor(fact.notAfter.getTime() / 1000) }],
  );
  return { ends, judgement: judgeCertificate(expiriesOf(facts, wanted, system.clock.now())) };
}
