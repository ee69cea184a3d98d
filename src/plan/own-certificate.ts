/** What is wrong with the certificate that the site brings along, said at the place in stack.yaml that names the file. */
import { day } from "../model/day.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { OwnCertificateFact } from "../model/own-certificate.ts";
import type { StackOwnCertificate, WrittenPath } from "../model/stack-certificate.ts";

export function ownCertificateFaults(
  own: StackOwnCertificate,
  fact: OwnCertificateFact,
  now: Date,
): readonly Diagnostic[] {
  const { certificate, key, authority } = own;
  return [
    ...certificateFaults(certificate, fact, now),
    ...keyFaults(key, fact),
    ...(authority === undefined ? [] : authorityFaults(authority, fact)),
  ];
}

function certificateFaults(written: WrittenPath, fact: OwnCertificateFact, now: Date): readonly Diagnostic[] {
  const { leaf, gap, missingNames } = fact;
  if (leaf === undefined) {
    return [fault(written, "is no file with a certificate in PEM form", "-----BEGIN CERTIFICATE-----")];
  }
  const faults: Diagnostic[] = [];
  if (leaf.notAfter <= now) {
    faults.push(fault(written, `ended on ${day(leaf.notAfter)}`, "put its successor in its place"));
  }
  if (leaf.notBefore > now) {
    faults.push(fault(written, `is valid from ${day(leaf.notBefore)} on`, "is the clock of this host right?"));
  }
  if (missingNames.length > 0) {
    const hint = `it is for ${leaf.names.join(", ") || "no name"}; wanted are the zone and *.ZONE`;
    faults.push(fault(written, `does not cover ${missingNames.join(", ")}`, hint));
  }
  if (gap !== -1) {
    const hint = "the certificate for the zone comes first, then the one that signed it, and so on";
    faults.push(fault(written, `its certificate ${gap + 1} did not sign the one before it`, hint));
  }
  return faults;
}

function keyFaults(written: WrittenPath, { key, isPair, leaf }: OwnCertificateFact): readonly Diagnostic[] {
  if (key === undefined) {
    return [
      fault(written, "is no file with a private key in PEM form, without a password", "-----BEGIN PRIVATE KEY-----"),
    ];
  }
  const faults: Diagnostic[] = [];
  if (key.uid !== 0 || (key.mode & 0o077) !== 0) {
    const found = `its mode is ${key.mode.toString(8).padStart(4, "0")} and its owner ${key.uid}`;
    faults.push(fault(written, `others than root can read it: ${found}`, `chown root: FILE && chmod 0600 FILE`));
  }
  if (!isPair && leaf !== undefined) {
    faults.push(fault(written, "does not belong to the certificate", "both come from one request"));
  }
  return faults;
}

function authorityFaults(
  written: WrittenPath,
  { authority, trusted, leaf }: OwnCertificateFact,
): readonly Diagnostic[] {
  if (!authority) return [fault(written, "is no file with certificates in PEM form", "-----BEGIN CERTIFICATE-----")];
  if (trusted || leaf === undefined) return [];
  return [fault(written, "did not sign the certificate", "add what is between the two to the file of the certificate")];
}

function fault({ path, at }: WrittenPath, message: string, hint: string): Diagnostic {
  return { ...at, message: `${path}: ${message}`, hint };
}
