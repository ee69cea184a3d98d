/** The certificate, its authorities, and what clients are to trust, as they lie on disk. */
import type { TailscaleCertificateFact } from "./tailscale.ts";

export interface CertificateFact {
  readonly authority: AuthorityFact | undefined;
  /** During a rotation. */
  readonly next: AuthorityFact | undefined;
  readonly leaf:
    | {
        readonly fingerprint: string;
        readonly notAfter: Date;
        readonly names: readonly string[];
        readonly addresses: readonly string[];
        readonly signedByAuthority: boolean;
        readonly matchesKey: boolean;
        /** Signed by an authority that was made for a site, whether it is still there or not. */
        readonly byAuthority: boolean;
      }
    | undefined;
  /** Undefined where there is none, or none is wanted. */
  readonly tailscale: TailscaleCertificateFact | undefined;
  /** What clients are to trust, all of it. */
  readonly trust: Trust | undefined;
  readonly publishedMatches: boolean;
  /** The copies of the site's own certificate and key are what the originals are. */
  readonly ownMatches: boolean;
}

export interface AuthorityFact extends Trust {
  readonly notAfter: Date;
  /** IPv4 addresses that it may vouch for. */
  readonly permits: readonly string[];
}

/** One certificate or several, and their fingerprints with commas between them. */
export interface Trust {
  readonly pem: string;
  readonly fingerprint: string;
}
