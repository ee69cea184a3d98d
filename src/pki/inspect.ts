/** Questions about certificates that exist: what one says, who signed it, which key it belongs to. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { UserError } from "../model/diagnostic.ts";

export interface CertificateFacts {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names of the subject alternative name extension. */
  readonly names: readonly string[];
  /** SHA-256 of the DER, "AB:CD:..", as openssl and browsers show it. */
  readonly fingerprint: string;
  /** For example "CN=liminati.internal". */
  readonly subject: string;
}

/** Throws a UserError when the text is no certificate; the two questions below answer "no" instead. */
export function inspectCertificate(pem: string): CertificateFacts {
  const certificate = parse(pem);
  if (certificate === undefined) throw new UserError("this is not a certificate in PEM form");
  return {
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    names: dnsNames(certificate.subjectAltName ?? ""),
    fingerprint: certificate.fingerprint256,
    subject: certificate.subject.replaceAll("\n", ", "),
  };
}

/** True when the authority's key really signed the leaf; an equal issuer name alone is not enough. */
export function signedBy(leafPem: string, authorityPem: string): boolean {
  const leaf = parse(leafPem);
  const authority = parse(authorityPem);
  if (leaf === undefined || authority === undefined) return false;
  return leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
}

export function matchesKey(certificatePem: string, keyPem: string): boolean {
  const certificate = parse(certificatePem);
  if (certificate === undefined) return false;
  try {
    return certificate.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return false;
  }
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** "DNS:*.a.internal, DNS:a.internal, IP Address:10.0.0.1" */
function dnsNames(subjectAltName: string): string[] {
  return subjectAltName
    .split(", ")
    .filter((entry) => entry.startsWith("DNS:"))
    .map((entry) => entry.slice("DNS:".length));
}
