/** The certificate from Tailscale: fetched when missing, unfit, or with less than a third of its life left; never otherwise. */
import { day, daysBetween } from "../model/day.ts";
import type { DesiredCertificate, DesiredTailscale } from "../model/desired-certificate.ts";
import type { StateFacts } from "../model/facts.ts";
import { isDue, isLate } from "../model/lifetime.ts";
import type { Draft } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import type { TailscaleCertificateFact } from "../model/tailscale.ts";
import { because, planned } from "./change.ts";

type Facts = Pick<StateFacts, "certificate" | "paths" | "applied">;

/** `running`: Tailscale is connected. While it is not, what still serves for a while is left as it is. */
export function compareTailscale(
  wanted: DesiredCertificate | undefined,
  facts: Facts,
  now: Date,
  running: boolean,
): readonly Draft[] {
  const tailscale = wanted?.tailscale;
  if (wanted === undefined || tailscale === undefined) return [];
  const needed = tailscaleNeed(tailscale, facts.certificate?.tailscale, now);
  if (needed === undefined || !(running || needed.urgent)) return [];
  const action = isNew(tailscale, facts) ? "create" : "update";
  const change = { kind: "tailscale-certificate", certificate: wanted, tailscale } as const;
  const what = `certificate for ${tailscale.name}, from Tailscale`;
  return [planned("certificates", action, wanted.service, what, needed.reason, change)];
}

export interface Need {
  readonly reason: Reason;
  /** It cannot wait until Tailscale is back. */
  readonly urgent: boolean;
}

export function tailscaleNeed(
  { name }: DesiredTailscale,
  fact: TailscaleCertificateFact | undefined,
  now: Date,
): Need | undefined {
  const urgent = (text: string): Need => ({ reason: because("unfit", text), urgent: true });
  if (fact === undefined) return { reason: because("missing", "there is no certificate for it yet"), urgent: true };
  if (!fact.matchesKey) return urgent("the key does not belong to the certificate");
  if (!fact.names.includes(name)) return urgent(`the certificate is for ${fact.names.join(", ") || "no name"}`);
  if (fact.notAfter <= now) return urgent(`the certificate ended on ${day(fact.notAfter)}`);
  if (!isDue(fact, now)) return undefined;
  const left = `${daysBetween(now, fact.notAfter)} days left of ${daysBetween(fact.notBefore, fact.notAfter)}`;
  return { reason: because("expiring", left), urgent: isLate(fact, now) };
}

/** What lay there before us is replaced, but never becomes ours to remove. */
function isNew({ key, certificate }: DesiredTailscale, { paths, applied }: Facts): boolean {
  return [key, certificate].every(
    (path) => !applied.files.includes(path) && (paths.get(path)?.kind ?? "missing") === "missing",
  );
}
