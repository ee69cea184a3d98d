/** How long the certificates last, in words; apart from reading them, which takes node:crypto and its time to load. */

export interface Expiry {
  readonly names: readonly string[];
  readonly fingerprint: string;
  readonly until: string;
  readonly daysLeft: number;
  /** From then on it is renewed; null where the site brings it along. */
  readonly renewedFrom: string | null;
}

export interface Expiries {
  readonly certificate?: Expiry;
  /** That from Tailscale. */
  readonly tailscale?: Expiry;
}

export function expiryText(which: keyof Expiries, { names, until, daysLeft, renewedFrom: from }: Expiry): string {
  const state = daysLeft < 0 ? "ended on" : "until";
  const renewal = from === null ? "put its successor in place before" : `renewed from ${from.slice(0, 10)} on`;
  const what = which === "tailscale" ? `certificate for ${names.join(", ")}` : "certificate";
  return `${what} ${state} ${until.slice(0, 10)} (${daysLeft} days), ${renewal}`;
}
