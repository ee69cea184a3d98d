/** The name constraints extension (RFC 5280 4.2.1.10), which node-forge cannot build. */
import forge from "node-forge";

const { asn1 } = forge;

export const NAME_CONSTRAINTS = "2.5.29.30";

/** GeneralName tags (RFC 5280 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/**
 * Permits the zone and what is below it, and no address but `ips`. Constraints bind only the kinds of names that they mention,
 * so addresses are mentioned too: without that the authority could vouch for any https://1.2.3.4.
 */
export function nameConstraints(zone: string, ips: readonly string[]): forge.asn1.Asn1 {
  const permitted = [generalName(DNS_NAME, zone), ...ips.map((ip) => generalName(IP_ADDRESS, hostMask(ip)))];
  const subtrees = [subtreeList(0, permitted)];
  // A permitted IPv4 address already shuts out all others; with none, everything is excluded: 0.0.0.0/0 and ::/0.
  if (ips.length === 0) {
    const everything = [8, 32].map((octets) => generalName(IP_ADDRESS, "\0".repeat(octets)));
    subtrees.push(subtreeList(1, everything));
  }
  return sequence(subtrees);
}

function generalName(tag: number, value: string): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, false, value);
}

/** [tag] IMPLICIT SEQUENCE OF GeneralSubtree; minimum is its DEFAULT 0 and so must be left out in DER. */
function subtreeList(tag: number, names: readonly forge.asn1.Asn1[]): forge.asn1.Asn1 {
  const subtrees = names.map((name) => sequence([name]));
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, true, subtrees);
}

function sequence(items: readonly forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, [...items]);
}

/** Four octets of address and four of mask /32. */
function hostMask(ip: string): string {
  return String.fromCharCode(...ip.split(".").map(Number), 255, 255, 255, 255);
}
