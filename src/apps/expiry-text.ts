/** How long the certificates last, in words; apart from reading them, which takes node:crypto and its time to load. */
import type { Judgement } from "./signs.ts";

export interface Expiry {
  readonly names: readonly string[];
  readonly fingerprint: string;
  readonly until: string;
  readonly daysLeft: number;
  /** From then on it is renewed; null where the site brings it along. */
  readonly renewedFrom: string | null;
}

/** What makes every client refuse it, whatever its end. */
export interface Served {
  readonly there: boolean;
  readonly matchesKey: boolean;
  /** By the site's authority; of one that the site brought along nobody here can say it. */
  readonly signed: boolean;
}

export interface Expiries {
  readonly certificate?: Expiry;
  /** That from Tailscale. */
  readonly tailscale?: Expiry;
  readonly served?: Served;
}

/** Undefined while clients get what they trust. */
export function judgeCertificate({ certificate, served }: Expiries): Judgement | undefined {
  const own = certificate?.renewedFrom === null;
  const hint = own
    ? "put another certificate where certificate.certificate names it, then sudo install-quadlets"
    : "sudo install-quadlets";
  const degraded = (sentence: string): Judgement => ({ word: "degraded", sentence, hint });
  if (served?.there === false) return degraded("the certificate that it serves is not there");
  if (served?.matchesKey === false) return degraded("its certificate and its key do not belong together");
  if (served?.signed === false)
    return degraded("its certificate is not of this site's authority, and clients refuse it");
  if (certificate === undefined || certificate.daysLeft >= 0) return undefined;
  return degraded(`its certificate ended on ${certificate.until.slice(0, 10)}, and clients refuse it`);
}

export function expiryText(which: keyof Expiries, { names, until, daysLeft, renewedFrom: from }: Expiry): string {
  const state = daysLeft < 0 ? "ended on" : "until";
  const renewal = from === null ? "put its successor in place before" : `renewed from ${from.slice(0, 10)} on`;
  const what = which === "tailscale" ? `certificate for ${names.join(", ")}` : "certificate";
  return `${what} ${state} ${until.slice(0, 10)} (${daysLeft} days), ${renewal}`;
}
