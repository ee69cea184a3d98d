/** What becomes of the authority: made where there is none, rotated where somebody asks, never replaced by itself while it is good. */

import type { AuthorityFact, CertificateFact } from "../model/certificate-facts.ts";
import type { AuthorityStep } from "../model/change.ts";
import { day } from "../model/day.ts";
import type { DesiredCertificate } from "../model/desired-certificate.ts";
import { userError } from "../model/diagnostic.ts";
import type { Reason } from "../model/reason.ts";
import { because } from "./change.ts";

/** Asked for by a person: make the next authority, or let it take over. */
export type Rotation = "begin" | "finish";

interface Decision {
  readonly step: AuthorityStep;
  readonly reason: Reason | undefined;
}

export function stepOf(
  wanted: DesiredCertificate,
  fact: CertificateFact | undefined,
  now: Date,
  rotation: Rotation | undefined,
): Decision {
  const lost = lostReason(fact, now);
  const next = fact?.next !== undefined && fact.next.notAfter > now ? fact.next : undefined;
  if (lost !== undefined) {
    // Clients that were set up during the rotation trust the next one already; nobody knows a third one.
    return next === undefined ? { step: "make", reason: lost } : { step: "take next", reason: lost };
  }
  if (rotation === "begin") return begin(next);
  if (rotation === "finish") return finish(next);
  refuseAddresses(wanted, fact?.authority, next);
  return { step: "keep", reason: undefined };
}

function begin(next: AuthorityFact | undefined): Decision {
  if (next === undefined)
    return { step: "make next", reason: because("asked", "clients are to trust it before it signs anything") };
  throw userError(
    "certificate",
    "the next authority is there already",
    "install-quadlets ca rotate --finish, once every client trusts it",
  );
}

function finish(next: AuthorityFact | undefined): Decision {
  if (next !== undefined) return { step: "take next", reason: because("asked", "the rotation is finished") };
  throw userError("certificate", "there is no next authority to take over", "install-quadlets ca rotate makes one");
}

function lostReason(fact: CertificateFact | undefined, now: Date): Reason | undefined {
  const authority = fact?.authority;
  if (authority === undefined && fact?.leaf?.byAuthority === true && fact.next === undefined) {
    return because(
      "lost",
      `THE AUTHORITY IS LOST that clients trust: EVERY CLIENT MUST TRUST A NEW ONE, and refuses the site until then`,
    );
  }
  if (authority === undefined) return because("missing", "there is no authority yet");
  if (authority.notAfter <= now) {
    return because("unfit", `the authority ended on ${day(authority.notAfter)}`);
  }
  return undefined;
}

/** It was limited when it was made; another one would be one that no client knows. */
function refuseAddresses(
  wanted: DesiredCertificate,
  authority: AuthorityFact | undefined,
  next: AuthorityFact | undefined,
): void {
  for (const address of wanted.addresses) {
    if (authority?.permits.includes(address) === true || next?.permits.includes(address) === true) continue;
    throw userError(
      "certificate",
      `certificate.address: the authority of this site may not vouch for ${address}; that was decided when it was made`,
      "sudo install-quadlets ca rotate makes one that may, and leaves clients time to trust it; or set certificate.address to false",
    );
  }
}
