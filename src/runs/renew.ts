/** What the timer runs: renews the certificates that are due and does nothing else. */
import { readIndex } from "../apps/service-index.ts";
import { gatherCertificate } from "../facts/certificates.ts";
import { gatherState } from "../facts/gather-state.ts";
import { gatherOwnCertificate } from "../facts/own-certificate.ts";
import { gatherPaths } from "../facts/paths.ts";
import { gatherTailnet } from "../facts/tailnet.ts";
import type { Applied } from "../model/applied.ts";
import type { CertificateFact } from "../model/certificate-facts.ts";
import { allCertificateFiles } from "../model/certificate-files.ts";
import { day } from "../model/day.ts";
import type { DesiredCertificate } from "../model/desired-certificate.ts";
import { userError } from "../model/diagnostic.ts";
import type { StateFacts } from "../model/facts.ts";
import type { IndexedCertificate, ServiceIndex } from "../model/index-file.ts";
import type { AbsolutePath, Address } from "../model/names.ts";
import { type Draft, stepsOf } from "../model/plan.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { parseRunsWith, served } from "../model/runs-with.ts";
import type { WrittenPath } from "../model/stack-certificate.ts";
import { compareTailscale, type Need, tailscaleNeed } from "../plan/compare-tailscale.ts";
import { ownCertificateFaults } from "../plan/own-certificate.ts";
import { leafChanges, planRenewal } from "../plan/renewal.ts";
import { NOTHING } from "../render/nothing.ts";
import type { System } from "../system/interfaces.ts";
import { LockHeld } from "../system/lock.ts";
import { appliedTold } from "./applied-told.ts";
import type { Run } from "./run.ts";
import { underLock } from "./under-lock.ts";

export async function renew(run: Run): Promise<void> {
  const { system, person } = run;
  const index = await readIndex(system);
  const { certificate } = index;
  if (certificate === undefined) return person.print("nothing to do: no service of this site has a certificate");
  try {
    await underLock(run, "install-quadlets renew", () => renewNow(run, index, certificate));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    // It looks at the certificate itself, or takes everything away.
    person.print(`nothing to do: ${error.message}`);
  }
}

async function renewNow(run: Run, index: ServiceIndex, certificate: IndexedCertificate): Promise<void> {
  const { system } = run;
  const { wanted } = certificate;
  const now = system.clock.now();
  refuseUnfit(system, certificate, now);
  const before = await look(system, wanted);
  const need = wanted.tailscale && tailscaleNeed(wanted.tailscale, before.certificate?.tailscale, now);
  const desired: DesiredState = {
    ...NOTHING,
    address: index.address as Address,
    accounts: [certificate.account],
    certificate: wanted,
    units: certificate.units,
  };
  // First, because the proxy takes nothing over while one of its certificates is missing; its failure is said last.
  const failure =
    need &&
    (await renewTailscale(run, desired, need, now).then(
      () => undefined,
      (error: unknown) => ({ error }),
    ));
  const seen = need === undefined ? before : await look(system, wanted);
  const isDue = leafChanges(desired, seen, now).length > 0;
  const { units } = await appliedTold(run);
  const isCutOff = failure === undefined && !isServed(units, certificate, seen.certificate);
  if (isDue || isCutOff) await carryOutRenewal(run, desired, (facts) => leafChanges(desired, facts, now));
  else if (need === undefined) run.person.print(`nothing to do: ${goodUntil(seen.certificate)}`);
  if (failure !== undefined) throw failure.error;
}

type Seen = Pick<StateFacts, "certificate" | "paths">;

/** Without asking managers or Tailscale: on most days this is all. */
async function look(system: System, wanted: DesiredCertificate): Promise<Seen> {
  const paths = allCertificateFiles(wanted).map((file) => file.path);
  return { certificate: await gatherCertificate(system, wanted), paths: await gatherPaths(system, paths) };
}

async function renewTailscale(run: Run, desired: DesiredState, need: Need, now: Date): Promise<void> {
  const { running } = await gatherTailnet(run.system);
  if (running)
    return carryOutRenewal(run, desired, (facts) => compareTailscale(desired.certificate, facts, now, running));
  const name = desired.certificate?.tailscale?.name;
  const late = `the certificate for ${name} is due (${need.reason.text}), but Tailscale is not connected`;
  if (need.urgent) throw userError("certificate", late, "tailscale status; tailscale up");
  run.person.print(`${late}: the timer tries again tomorrow`);
}

/** A run that was cut off may have left a new certificate that nobody serves yet. */
function isServed(
  units: Applied["units"],
  certificate: IndexedCertificate,
  fact: CertificateFact | undefined,
): boolean {
  const there = served(fact?.leaf?.fingerprint, fact?.tailscale?.fingerprint);
  return certificate.units.every(({ user, unit }) => parseRunsWith(units[unitKey(user, unit)] ?? "").leaf === there);
}

function goodUntil(fact: CertificateFact | undefined): string {
  const until = (one: { readonly notAfter: Date } | undefined) => one && day(one.notAfter);
  const tailscale = fact?.tailscale === undefined ? "" : `, that from Tailscale until ${until(fact.tailscale)}`;
  return `the certificate is good until ${until(fact?.leaf)}${tailscale}`;
}

/** A run of its own: one certificate that cannot be had must not cost the other. */
async function carryOutRenewal(
  run: Run,
  desired: DesiredState,
  changesOf: (facts: StateFacts) => readonly Draft[],
): Promise<void> {
  const { system, person } = run;
  const facts = await gatherState(system, desired);
  const [problem] = facts.aside.values();
  if (problem !== undefined) throw userError("account-broken", problem, "mend that; the timer tries again tomorrow");
  const plan = planRenewal(desired, facts, changesOf(facts));
  const { applyNow } = await import("./apply-now.ts");
  await applyNow(run, { desired, plan }, { what: "renew", keepGoing: false, partial: true });
  for (const { summary, reason } of stepsOf(plan)) person.print(`${summary}: ${reason.text}`);
}

/** A file of the site's own that does not fit any more is not copied over one that still serves. */
function refuseUnfit(system: System, { wanted, served: names }: IndexedCertificate, now: Date): void {
  if (wanted.own === undefined) return;
  const at = (path: AbsolutePath): WrittenPath => ({ path, at: { file: path, line: 1, column: 1, path: "" } });
  const own = {
    certificate: at(wanted.own.certificate),
    key: at(wanted.own.key),
    authority: wanted.own.authority && at(wanted.own.authority),
  };
  const faults = ownCertificateFaults(own, gatherOwnCertificate(system, own, names), now);
  if (faults.length === 0) return;
  throw userError("certificate", faults.map((fault) => fault.message).join("\n"), faults[0]?.hint);
}
