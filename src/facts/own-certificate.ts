/** The certificate that the site brings along, as its files are: readable, a pair, a chain, for which names, until when. */
import type { OwnCertificateFact } from "../model/own-certificate.ts";
import type { StackOwnCertificate } from "../model/stack-certificate.ts";
import { inspectCertificate, isKey, matchesKey, namesNotCovered, signedBy, splitPem } from "../pki/inspect.ts";
import type { System } from "../system/interfaces.ts";

export function gatherOwnCertificate(
  { host }: System,
  own: StackOwnCertificate,
  names: readonly string[],
): OwnCertificateFact {
  const chain = splitPem(host.readTrusted(own.certificate.path) ?? "");
  const key = host.readTrusted(own.key.path);
  const authorities = own.authority === undefined ? [] : splitPem(host.readTrusted(own.authority.path) ?? "");
  const [leaf] = chain;
  return {
    leaf: leaf === undefined || !isCertificate(leaf) ? undefined : { ...inspectCertificate(leaf), chain: chain.length },
    gap: chain.findIndex((pem, index) => index > 0 && !signedBy(chain[index - 1] ?? "", pem)),
    missingNames: leaf === undefined ? [] : namesNotCovered(leaf, names),
    // The last of the chain may be the authority itself, or what it signed.
    trusted: authorities.some((pem) => pem === chain.at(-1) || signedBy(chain.at(-1) ?? "", pem)),
    authority: authorities.every(isCertificate) && authorities.length > 0,
    key: key === undefined || !isKey(key) ? undefined : host.statTrusted(own.key.path),
    isPair: leaf !== undefined && key !== undefined && matchesKey(leaf, key),
  };
}

function isCertificate(pem: string): boolean {
  try {
    inspectCertificate(pem);
    return true;
  } catch {
    return false;
  }
}
