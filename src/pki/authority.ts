/** Makes the site's certificate authority: it can sign server certificates for the zone, and for nothing else. */
import forge from "node-forge";
import { userError } from "../model/diagnostic.ts";
import { certificatePem, commonName, generateKeys, privateKeyPem, randomSerial, validity } from "./keypair.ts";
import { NAME_CONSTRAINTS, nameConstraints } from "./name-constraints.ts";

export interface KeyPairPem {
  readonly certificate: string;
  readonly key: string;
}

/** Comparable to 128-bit security, as NIST SP 800-57 asks of keys that are used beyond 2030. */
const AUTHORITY_BITS = 3072;

export interface AuthorityOptions {
  /** For example "liminati.internal". */
  readonly zone: string;
  readonly now: Date;
  readonly days: number;
  /** IPv4 addresses that leaves may carry besides names of the zone. */
  readonly extraIps?: readonly string[];
}

export async function makeAuthority(options: AuthorityOptions): Promise<KeyPairPem> {
  const { zone, now, days, extraIps = [] } = options;
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(zone)) {
    throw userError(
      "certificate",
      `${JSON.stringify(zone)} is not a DNS zone that a certificate authority can be limited to`,
    );
  }
  const keys = await generateKeys(AUTHORITY_BITS);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  const serial = randomSerial();
  certificate.serialNumber = serial;
  Object.assign(certificate.validity, validity(now, days));
  // A client that trusts two of them during a rotation finds the right one by name: some look no further.
  certificate.setSubject(commonName(`${zone.slice(0, 37)} private authority ${serial.slice(-8)}`));
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    // It signs leaves only: an authority below it would be refused.
    { name: "basicConstraints", critical: true, cA: true, pathLenConstraint: 0 },
    { name: "keyUsage", critical: true, keyCertSign: true, cRLSign: true },
    { id: NAME_CONSTRAINTS, critical: true, value: nameConstraints(zone, extraIps) },
    { name: "subjectKeyIdentifier" },
  ]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    certificate: certificatePem(certificate),
    key: privateKeyPem(keys.privateKey),
  };
}
