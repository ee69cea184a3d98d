/** Questions about certificates that exist: what one says, who signed it, which key it belongs to. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { userError } from "../model/diagnostic.ts";

export interface CertificateFacts {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names of the subject alternative name extension. */
  readonly names: readonly string[];
  /** IP addresses of the same extension. */
  readonly addresses: readonly string[];
  /** SHA-256 of the DER, "AB:CD:..", as openssl and browsers show it. */
  readonly fingerprint: string;
  /** For example "CN=liminati.internal". */
  readonly subject: string;
  readonly issuer: string;
}

/** Throws a UserError when the text is no certificate; the two questions below answer "no" instead. */
export function inspectCertificate(pem: string): CertificateFacts {
  const certificate = parse(pem);
  if (certificate === undefined) throw userError("certificate", "this is not a certificate in PEM form");
  return {
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    names: alternatives(certificate.subjectAltName ?? "", "DNS:"),
    addresses: alternatives(certificate.subjectAltName ?? "", "IP Address:"),
    fingerprint: certificate.fingerprint256,
    subject: certificate.subject.replaceAll("\n", ", "),
    issuer: certificate.issuer.replaceAll("\n", ", "),
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

/** As authority.ts names them: what is left to see of one that is gone. */
export function isNamedAsAuthority(name: string): boolean {
  return /^CN=\S+ private authority [0-9a-f]{8}$/.test(name);
}

export function isKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === "private";
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
function alternatives(subjectAltName: string, kind: string): string[] {
  return subjectAltName
    .split(", ")
    .filter((entry) => entry.startsWith(kind))
    .map((entry) => entry.slice(kind.length));
}

/** The PEM blocks of a file, each with its newline. */
export function splitPem(text: string): readonly string[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([block]) => `${block}\n`,
  );
}

/** Names that the leaf is not valid for, as a client would compare them. */
export function namesNotCovered(leafPem: string, names: readonly string[]): readonly string[] {
  const leaf = parse(leafPem);
  return names.filter((name) => leaf?.checkHost(name, { subject: "never" }) === undefined);
}

/** DER of the extension's OID (2.5.29.30), of "critical", and of a permitted IPv4 address with the mask /32. */
const CONSTRAINTS = Buffer.from("0603551d1e0101ff04", "hex");
const ONE_ADDRESS = /8708([0-9a-f]{8})ffffffff/g;

/** Addresses that an authority of ours may vouch for. Read from the bytes: node:crypto does not tell, and forge is slow to load. */
export function permittedAddresses(authorityPem: string): readonly string[] {
  const der = parse(authorityPem)?.raw ?? Buffer.alloc(0);
  const at = der.indexOf(CONSTRAINTS);
  if (at === -1) return [];
  const from = at + CONSTRAINTS.length + 1;
  const value = der.subarray(from, from + (der[from - 1] ?? 0)).toString("hex");
  return [...value.matchAll(ONE_ADDRESS)].map(([, hex = ""]) => Buffer.from(hex, "hex").join("."));
}
