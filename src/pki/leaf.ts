/** Makes a server certificate that the site's authority signs. */
import forge from "node-forge";
import { day } from "../model/day.ts";
import { userError } from "../model/diagnostic.ts";
import type { KeyPairPem } from "./authority.ts";
import { certificatePem, commonName, generateKeys, privateKeyPem, randomSerial, validity } from "./keypair.ts";

/** Mozilla's intermediate guideline 6.0; short-lived, so shorter than the authority's. */
const LEAF_BITS = 2048;

/** Apple refuses server certificates over 398 days (support.apple.com/102028); a day is kept for the back-dated start. */
const LONGEST_LEAF_DAYS = 397;

export interface LeafOptions {
  readonly authority: KeyPairPem;
  /** DNS names; the first one, without "*.", becomes the common name. */
  readonly names: readonly string[];
  /** IPv4 addresses; the authority must permit them. */
  readonly addresses?: readonly string[];
  readonly now: Date;
  readonly days: number;
}

export async function makeLeaf(options: LeafOptions): Promise<KeyPairPem> {
  const { names, now, days } = options;
  const authority = readAuthority(options.authority);
  const [first] = names;
  if (first === undefined) throw userError("certificate", "a server certificate needs at least one name");
  if (days > LONGEST_LEAF_DAYS) {
    throw userError(
      "certificate",
      `a server certificate may be valid for at most ${LONGEST_LEAF_DAYS} days, not ${days}`,
    );
  }
  const span = validity(now, days);
  const authorityEnd = authority.certificate.validity.notAfter;
  if (authorityEnd <= now) {
    throw userError("certificate", `the certificate authority expired on ${day(authorityEnd)}`);
  }
  const keys = await generateKeys(LEAF_BITS);
  const leaf = forge.pki.createCertificate();
  leaf.publicKey = keys.publicKey;
  leaf.serialNumber = randomSerial();
  // A leaf that outlives its authority is dead from the authority's last day on, and nothing would renew it.
  Object.assign(leaf.validity, { ...span, notAfter: earlier(span.notAfter, authorityEnd) });
  leaf.setSubject(commonName(first.replace(/^\*\./, "")));
  leaf.setIssuer(authority.certificate.subject.attributes);
  leaf.setExtensions([
    { name: "basicConstraints", critical: true, cA: false },
    { name: "keyUsage", critical: true, digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        ...names.map((value) => ({ type: 2, value })),
        ...(options.addresses ?? []).map((ip) => ({ type: 7, ip })),
      ],
    },
    { name: "authorityKeyIdentifier", keyIdentifier: keyIdentifier(authority.certificate) },
    { name: "subjectKeyIdentifier" },
  ]);
  leaf.sign(authority.key, forge.md.sha256.create());
  return {
    certificate: certificatePem(leaf),
    key: privateKeyPem(keys.privateKey),
  };
}

function earlier(a: Date, b: Date): Date {
  return new Date(Math.min(a.getTime(), b.getTime()));
}

interface Signer {
  readonly certificate: forge.pki.Certificate;
  readonly key: forge.pki.rsa.PrivateKey;
}

function readAuthority(pem: KeyPairPem): Signer {
  try {
    return { certificate: forge.pki.certificateFromPem(pem.certificate), key: forge.pki.privateKeyFromPem(pem.key) };
  } catch {
    throw userError(
      "certificate",
      "the certificate authority's certificate or key cannot be read",
      "restore both files from a backup, or remove both so that a new authority is made (clients must then trust it again)",
    );
  }
}

/** The subject key identifier, which forge made from the public key. */
function keyIdentifier(certificate: forge.pki.Certificate): string {
  return certificate.generateSubjectKeyIdentifier().getBytes();
}
