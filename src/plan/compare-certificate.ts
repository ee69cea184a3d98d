/** The authority and the wildcard leaf: made when missing, unfit or close to their end; never otherwise. */
import type { CertificateFact, StateFacts } from "../model/facts.ts";
import type { PlannedChange } from "../model/plan.ts";
import type { DesiredCertificate } from "../model/resource.ts";
import { certificateFiles } from "./certificate-files.ts";
import { planned } from "./change.ts";
import { ownerDifference } from "./compare-paths.ts";

const DAY_MS = 86_400_000;

export function compareCertificate(
  wanted: DesiredCertificate | undefined,
  facts: Pick<StateFacts, "certificate" | "paths">,
  now: Date,
): readonly PlannedChange[] {
  if (wanted === undefined) return [];
  return [...compareContents(wanted, facts, now), ...compareModes(wanted, facts)];
}

function compareContents(
  wanted: DesiredCertificate,
  facts: Pick<StateFacts, "certificate">,
  now: Date,
): readonly PlannedChange[] {
  const authority = authorityReason(facts.certificate, now);
  const leaf = authority === undefined ? leafReason(wanted, facts.certificate, now) : "signed by the new authority";
  if (authority === undefined && leaf === undefined) return republish(wanted, facts.certificate);
  const create = facts.certificate?.leaf === undefined ? "create" : "update";
  const what = authority === undefined ? "certificate" : "authority and certificate";
  return [
    planned(
      "certificates",
      create,
      wanted.service,
      `${what} for ${wanted.names.join(" and ")}`,
      authority ?? leaf ?? "",
      { kind: "certificate", certificate: wanted, authority: authority !== undefined, leaf: true },
    ),
  ];
}

/** A key that others may read is as bad as a lost one; files that are missing come with their content. */
function compareModes(wanted: DesiredCertificate, facts: Pick<StateFacts, "paths">): readonly PlannedChange[] {
  return Object.values(certificateFiles(wanted)).flatMap((file) => {
    const fact = facts.paths.get(file.path);
    if (fact?.kind !== "file") return [];
    const difference = ownerDifference(fact, file);
    if (difference === undefined) return [];
    const change = { kind: "mode", ...file } as const;
    return [planned("certificates", "update", wanted.service, `file ${file.path}`, difference, change)];
  });
}

function republish(wanted: DesiredCertificate, fact: CertificateFact | undefined): readonly PlannedChange[] {
  if (fact?.publishedMatches === true) return [];
  return [
    planned(
      "certificates",
      "update",
      wanted.service,
      `file ${wanted.publishedCertificate}`,
      "clients fetch the authority's certificate from here",
      { kind: "certificate", certificate: wanted, authority: false, leaf: false },
    ),
  ];
}

function authorityReason(fact: CertificateFact | undefined, now: Date): string | undefined {
  if (fact?.authority === undefined) return "there is no authority yet";
  if (fact.authority.notAfter <= now) return `the authority ended on ${day(fact.authority.notAfter)}`;
  return undefined;
}

function leafReason(wanted: DesiredCertificate, fact: CertificateFact | undefined, now: Date): string | undefined {
  const leaf = fact?.leaf;
  if (leaf === undefined) return "there is no certificate yet";
  if (!leaf.matchesKey) return "the key does not belong to the certificate";
  if (!leaf.signedByAuthority) return "the certificate is not signed by our authority";
  const missing = wanted.names.filter((name) => !leaf.names.includes(name));
  if (missing.length > 0) return `the certificate does not cover ${missing.join(", ")}`;
  const daysLeft = Math.floor((leaf.notAfter.getTime() - now.getTime()) / DAY_MS);
  if (daysLeft < wanted.renewBeforeDays) return daysLeft < 0 ? "the certificate has ended" : `${daysLeft} days left`;
  return undefined;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
