/** The authority and the wildcard leaf: made when missing, unfit or close to their end; never otherwise. */

import type { CertificateFact } from "../model/certificate-facts.ts";
import { allCertificateFiles } from "../model/certificate-files.ts";
import type { AuthorityStep } from "../model/change.ts";
import { daysBetween } from "../model/day.ts";
import type { DesiredCertificate } from "../model/desired-certificate.ts";
import { userError } from "../model/diagnostic.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import { type Rotation, stepOf } from "./authority-step.ts";
import { because, planned } from "./change.ts";
import { ownerDifference } from "./compare-paths.ts";

export function compareCertificate(
  wanted: DesiredCertificate | undefined,
  facts: Pick<StateFacts, "certificate" | "paths">,
  now: Date,
  rotation?: Rotation,
): readonly Draft[] {
  if (wanted === undefined) return [];
  const contents =
    wanted.own === undefined
      ? compareContents(wanted, facts.certificate, now, rotation)
      : compareOwn(wanted, facts.certificate, rotation);
  return [...contents, ...compareModes(wanted, facts)];
}

const WHAT: Readonly<Record<AuthorityStep, string>> = {
  keep: "certificate",
  make: "authority and certificate",
  "make next": "next authority",
  "take next": "next authority takes over: certificate",
};

function compareContents(
  wanted: DesiredCertificate,
  fact: CertificateFact | undefined,
  now: Date,
  rotation: Rotation | undefined,
): readonly Draft[] {
  const { step, reason } = stepOf(wanted, fact, now, rotation);
  const isNew = step === "make" || step === "take next";
  const signer = isNew ? because("follows", "signed by the new authority") : undefined;
  const leaf = signer ?? leafReason(wanted, fact, now);
  if (step === "keep" && leaf === undefined) return republish(wanted, fact);
  const action = fact?.leaf === undefined || step === "make next" ? "create" : "update";
  const change = { kind: "certificate", certificate: wanted, authority: step, leaf: leaf !== undefined } as const;
  const what = `${WHAT[step]} for ${wanted.names.join(" and ")}`;
  return [planned("certificates", action, wanted.service, what, reason ?? leaf ?? because("changed", ""), change)];
}

function compareOwn(
  wanted: DesiredCertificate,
  fact: CertificateFact | undefined,
  rotation: Rotation | undefined,
): readonly Draft[] {
  if (rotation !== undefined) {
    const hint = "put the new one in the place of the old one, and run install-quadlets";
    throw userError("does-not-apply", "this site brings its own certificate: there is no authority to rotate", hint);
  }
  if (fact?.ownMatches === true) return republish(wanted, fact);
  const action = fact?.leaf === undefined ? "create" : "update";
  const change = { kind: "certificate", certificate: wanted, authority: "keep", leaf: true } as const;
  const what = `certificate for ${wanted.names.join(" and ")}`;
  const reason = because(fact?.leaf === undefined ? "missing" : "changed", `copied from ${wanted.own?.certificate}`);
  return [planned("certificates", action, wanted.service, what, reason, change)];
}

/** A key that others may read is as bad as a lost one; files that are missing come with their content. */
function compareModes(wanted: DesiredCertificate, facts: Pick<StateFacts, "paths">): readonly Draft[] {
  return allCertificateFiles(wanted).flatMap((file) => {
    const fact = facts.paths.get(file.path);
    if (fact?.kind !== "file") return [];
    const difference = ownerDifference(fact, file);
    if (difference === undefined) return [];
    const change = { kind: "mode", ...file } as const;
    return [
      planned("certificates", "update", wanted.service, `file ${file.path}`, because("mode", difference), change),
    ];
  });
}

function republish(wanted: DesiredCertificate, fact: CertificateFact | undefined): readonly Draft[] {
  if (fact?.publishedMatches === true) return [];
  return [
    planned(
      "certificates",
      "update",
      wanted.service,
      `file ${wanted.publishedCertificate}`,
      because("content", "clients fetch the authority's certificate from here"),
      { kind: "certificate", certificate: wanted, authority: "keep", leaf: false },
    ),
  ];
}

function leafReason(wanted: DesiredCertificate, fact: CertificateFact | undefined, now: Date): Reason | undefined {
  const leaf = fact?.leaf;
  const unfit = (text: string) => because("unfit", text);
  if (leaf === undefined) return because("missing", "there is no certificate yet");
  if (!leaf.matchesKey) return unfit("the key does not belong to the certificate");
  if (!leaf.signedByAuthority) return unfit("the certificate is not signed by our authority");
  const permitted = wanted.addresses.filter((address) => fact?.authority?.permits.includes(address));
  const missing = [...wanted.names, ...permitted].filter((n) => ![...leaf.names, ...leaf.addresses].includes(n));
  if (missing.length > 0) return unfit(`the certificate does not cover ${missing.join(", ")}`);
  const foreign = leaf.addresses.filter((address) => !wanted.addresses.some((one) => one === address));
  if (foreign.length > 0) return unfit(`the certificate is valid for ${foreign.join(", ")} as well`);
  const daysLeft = daysBetween(now, leaf.notAfter);
  if (daysLeft >= wanted.renewBeforeDays) return undefined;
  return daysLeft < 0 ? unfit("the certificate has ended") : because("expiring", `${daysLeft} days left`);
}
