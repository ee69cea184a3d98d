/** What is read of a certificate that the site brings along. */

export interface OwnCertificateFact {
  readonly leaf:
    | { readonly names: readonly string[]; readonly notBefore: Date; readonly notAfter: Date; readonly chain: number }
    | undefined;
  /** Index of the first certificate of the chain that did not sign the one before it; -1: none. */
  readonly gap: number;
  readonly missingNames: readonly string[];
  /** What clients are to trust holds certificates, and signed the chain. */
  readonly authority: boolean;
  readonly trusted: boolean;
  /** Undefined where there is no key. */
  readonly key: { readonly uid: number; readonly mode: number } | undefined;
  readonly isPair: boolean;
}
