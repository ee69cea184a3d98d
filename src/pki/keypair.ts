/** What authority and leaf have in common: a fresh key, a serial number, a validity, and the subject's form. */
import { randomBytes } from "node:crypto";
import forge from "node-forge";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Native and off the main thread in Node; forge falls back to pure JavaScript only where node:crypto is missing. */
export function generateKeys(bits: number): Promise<forge.pki.rsa.KeyPair> {
  return new Promise((resolve, reject) => {
    forge.pki.rsa.generateKeyPair({ bits, e: 0x10001 }, (error, keys) => (error ? reject(error) : resolve(keys)));
  });
}

/** 128 random bits behind a leading 01, so that the DER integer is positive and at most 20 octets (RFC 5280 4.1.2.2). */
export function randomSerial(): string {
  return `01${randomBytes(16).toString("hex")}`;
}

/** Starts an hour back: a client whose clock is late must not refuse a fresh certificate. Whole seconds, as DER has them. */
export function validity(now: Date, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const second = Math.floor(now.getTime() / 1000) * 1000;
  return { notBefore: new Date(second - HOUR), notAfter: new Date(second + days * DAY) };
}

/** A common name holds at most 64 characters (RFC 5280, ub-common-name); names are checked in the SAN, so cutting is safe. */
export function commonName(text: string): forge.pki.CertificateField[] {
  return [{ name: "commonName", value: text.slice(0, 64) }];
}

export function certificatePem(certificate: forge.pki.Certificate): string {
  return plainNewlines(forge.pki.certificateToPem(certificate));
}

/** PKCS #8 ("BEGIN PRIVATE KEY"), which every library reads. */
export function privateKeyPem(key: forge.pki.rsa.PrivateKey): string {
  const info = forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key));
  return plainNewlines(forge.pki.privateKeyInfoToPem(info));
}

/** forge prints CRLF; files on the host have plain newlines. */
function plainNewlines(pem: string): string {
  return `${pem.replaceAll("\r", "").trim()}\n`;
}
