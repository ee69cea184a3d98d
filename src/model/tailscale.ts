/** What Tailscale tells about this host, and the certificate that it gave. */

/** Asked only where the configuration wants a certificate of Tailscale's. */
export interface TailnetFact {
  /** Connected to its tailnet; while it is not, it knows no names and fetches nothing. */
  readonly running: boolean;
  /** Names that it gets certificates for, this host's own first; none where the tailnet has HTTPS switched off. */
  readonly names: readonly string[];
}

/** As it lies on disk. */
export interface TailscaleCertificateFact {
  readonly fingerprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly names: readonly string[];
  readonly matchesKey: boolean;
}
