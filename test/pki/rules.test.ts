/** Rules that certificates must keep so that OpenSSL, GnuTLS, Go, NSS, Java, Apple and browsers take them; after zlint's list. */
import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeAuthority } from "../../src/pki/authority.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { describeCertificate, NOW, openssl, verify, ZONE } from "./support.ts";

const NAMES = [`*.${ZONE}`, ZONE];
const ADDRESS = "100.101.102.103";
const AUTHORITY = await makeAuthority({ zone: ZONE, now: NOW, days: 3650, extraIps: [ADDRESS] });
const LEAF = await makeLeaf({ authority: AUTHORITY, names: NAMES, addresses: [ADDRESS], now: NOW, days: 397 });
// Of the others only names and signatures are looked at.
useSmallKeys();

interface Subject {
  readonly pem: string;
  /** openssl x509 -text. */
  readonly text: string;
  /** openssl asn1parse: one line for each DER value. */
  readonly der: string;
  readonly parsed: X509Certificate;
}

function subjectOf(pem: string): Subject {
  const der = openssl(["asn1parse", "-in", "c.pem"], { "c.pem": pem }).output;
  return { pem, text: describeCertificate(pem), der, parsed: new X509Certificate(pem) };
}

const authority = subjectOf(AUTHORITY.certificate);
const leaf = subjectOf(LEAF.certificate);

/** The text below the title of an extension; undefined where it is not there. */
function extension(
  { text }: Subject,
  title: string,
): { readonly critical: boolean; readonly value: string } | undefined {
  const match = new RegExp(`^ {12}X509v3 ${title}: (critical)?\\s*\\n((?: {16}.*\\n)+)`, "m").exec(text);
  return match === null ? undefined : { critical: match[1] === "critical", value: (match[2] ?? "").trim() };
}

const days = ({ parsed }: Subject) =>
  (new Date(parsed.validTo).getTime() - new Date(parsed.validFrom).getTime()) / 86_400_000;
const bits = ({ parsed }: Subject) => parsed.publicKey.asymmetricKeyDetails?.modulusLength;
const extensions = ({ text }: Subject) => [...text.matchAll(/^ {12}X509v3 ([A-Za-z ]+):/gm)].map(([, name]) => name);
const serial = ({ parsed }: Subject) => Buffer.from(parsed.serialNumber, "hex");

type Rule = readonly [rule: string, holds: (subject: Subject) => boolean];

const OF_BOTH: readonly Rule[] = [
  ["is version 3 (RFC 5280 4.1.2.1)", ({ text }) => text.includes("Version: 3 (0x2)")],
  [
    "has a positive serial of at most 20 octets (4.1.2.2)",
    (s) => serial(s).length <= 20 && (serial(s)[0] ?? 255) < 128,
  ],
  [
    "has a serial of 128 random bits and more than the 64 of the Baseline Requirements 7.1",
    (s) => serial(s).length === 17,
  ],
  [
    "names one signature algorithm, inside and outside (4.1.1.2)",
    ({ text }) => text.match(/Signature Algorithm: sha256WithRSAEncryption/g)?.length === 2,
  ],
  ["gives the algorithm its NULL parameter (RFC 4055 2.1)", ({ der }) => /sha256WithRSAEncryption\n.*NULL/.test(der)],
  [
    "has the exponent 65537 (BR 6.1.6)",
    ({ parsed }) => parsed.publicKey.asymmetricKeyDetails?.publicExponent === 65537n,
  ],
  [
    "has a subject and an issuer, of UTF8String or PrintableString (4.1.2.4)",
    ({ der, parsed }) => parsed.subject !== "" && parsed.issuer !== "" && !/(T61|BMP|UNIVERSAL)STRING/.test(der),
  ],
  [
    "has a common name of at most 64 characters (RFC 5280 A.1)",
    ({ parsed }) => (parsed.subject.split("CN=")[1] ?? "").length <= 64,
  ],
  ["writes years until 2049 as UTCTime (4.1.2.5)", ({ der }) => !/GENERALIZEDTIME +:20[0-4]/.test(der)],
  ["writes times with seconds and Z (4.1.2.5.1)", ({ der }) => (der.match(/UTCTIME +:\d{12}Z$/gm) ?? []).length === 2],
  [
    "was valid an hour ago already, for clocks that are late",
    ({ parsed }) => new Date(parsed.validFrom).getTime() <= NOW.getTime() - 3_599_000,
  ],
  [
    "has a subject key identifier, not critical (4.2.1.2)",
    (s) => extension(s, "Subject Key Identifier")?.critical === false,
  ],
  ["has no extension twice (4.2)", (s) => new Set(extensions(s)).size === extensions(s).length],
  ["has no unique identifiers (4.1.2.8)", ({ der }) => !/cont \[ [12] \]/.test(der.split("cont [ 3 ]")[0] ?? "")],
  [
    "marks basic constraints and key usage critical (4.2.1.9, 4.2.1.3)",
    (s) => extension(s, "Basic Constraints")?.critical === true && extension(s, "Key Usage")?.critical === true,
  ],
];

const OF_THE_AUTHORITY: readonly Rule[] = [
  ["has a key of 3072 bits (BR 6.1.5: 2048 or more, a multiple of 8)", (s) => bits(s) === 3072],
  ["is an authority that signs leaves only", (s) => extension(s, "Basic Constraints")?.value === "CA:TRUE, pathlen:0"],
  [
    "may sign certificates and lists, nothing else",
    (s) => extension(s, "Key Usage")?.value === "Certificate Sign, CRL Sign",
  ],
  ["has critical name constraints (4.2.1.10)", (s) => extension(s, "Name Constraints")?.critical === true],
  [
    "permits the zone and the address, and so excludes all others of their kind",
    (s) =>
      extension(s, "Name Constraints")?.value.replace(/\s+/g, " ") ===
      `Permitted: DNS:${ZONE} IP:${ADDRESS}/255.255.255.255`,
  ],
  ["has no extended key usage, which would limit its leaves", (s) => extension(s, "Extended Key Usage") === undefined],
  ["signs itself (3.2)", ({ parsed }) => parsed.subject === parsed.issuer && parsed.verify(parsed.publicKey)],
  [
    "has a name of its own, so that a client that trusts two finds the right one",
    ({ parsed }) => new RegExp(`^CN=${ZONE} private authority [0-9a-f]{8}$`).test(parsed.subject),
  ],
  ["is valid for ten years", (s) => Math.round(days(s)) === 3650],
];

const OF_THE_LEAF: readonly Rule[] = [
  ["has a key of 2048 bits (BR 6.1.5)", (s) => bits(s) === 2048],
  ["is no authority (BR 7.1.2.7)", (s) => extension(s, "Basic Constraints")?.value === "CA:FALSE"],
  [
    "is valid for no more than 397 days and the hour before now, below Apple's 398",
    (s) => days(s) <= 397 + 1 / 24 && days(s) < 398,
  ],
  [
    "may sign and wrap keys in TLS, nothing else",
    (s) => extension(s, "Key Usage")?.value === "Digital Signature, Key Encipherment",
  ],
  [
    "is for servers, and only for them (Apple, BR 7.1.2.7.10)",
    (s) => extension(s, "Extended Key Usage")?.value === "TLS Web Server Authentication",
  ],
  [
    "has its names in the subject alternative name, not critical beside a subject (4.2.1.6)",
    (s) => extension(s, "Subject Alternative Name")?.critical === false,
  ],
  [
    "names the wildcard, the zone and the address, and nothing else",
    ({ parsed }) => parsed.subjectAltName === `DNS:*.${ZONE}, DNS:${ZONE}, IP Address:${ADDRESS}`,
  ],
  [
    "has a common name that is among them (BR 7.1.4.3)",
    ({ parsed }) => NAMES.includes(parsed.subject.replace(/^CN=/, "")),
  ],
  [
    "has an asterisk only as the whole first label (RFC 6125 6.4.3)",
    ({ parsed }) =>
      (parsed.subjectAltName ?? "")
        .split(", ")
        .every((n) => !n.slice(5).includes("*") || /^DNS:\*\.[a-z0-9.-]+$/.test(n)),
  ],
  [
    "names its signer's key (4.2.1.1)",
    (s) =>
      extension(s, "Authority Key Identifier")?.value.replace(/^keyid:/, "") ===
      extension(authority, "Subject Key Identifier")?.value,
  ],
  ["names its signer byte for byte (6.1.3)", ({ parsed }) => parsed.issuer === authority.parsed.subject],
  ["has been signed by it", ({ parsed }) => parsed.verify(authority.parsed.publicKey)],
  ["has a key of its own", ({ parsed }) => !parsed.publicKey.equals(authority.parsed.publicKey)],
  ["ends before its authority", ({ parsed }) => new Date(parsed.validTo) <= new Date(authority.parsed.validTo)],
  ["has no name constraints of its own (4.2.1.10)", (s) => extension(s, "Name Constraints") === undefined],
];

describe("the authority", () => {
  test.each([...OF_BOTH, ...OF_THE_AUTHORITY])("%s", (_, holds) => {
    expect(holds(authority), authority.text).toBe(true);
  });
});

describe("the leaf", () => {
  test.each([...OF_BOTH, ...OF_THE_LEAF])("%s", (_, holds) => {
    expect(holds(leaf), leaf.text).toBe(true);
  });
});

describe("the chain", () => {
  test.each([
    ["a name of the zone", ["-verify_hostname", `webui.${ZONE}`]],
    ["the zone", ["-verify_hostname", ZONE]],
    ["the address", ["-verify_ip", ADDRESS]],
  ])("passes openssl verify -x509_strict for %s", (_, more) => {
    expect(verify(LEAF.certificate, AUTHORITY.certificate, ...more).output).toBe("leaf.pem: OK\n");
  });

  test.each([
    ["another name", { names: ["www.example.org"] }],
    ["a name that ends like the zone", { names: [`evil${ZONE}`] }],
    ["another address", { names: NAMES, addresses: ["1.2.3.4"] }],
  ])("does not pass for %s, though the authority signed it", async (_, given) => {
    const other = await makeLeaf({ authority: AUTHORITY, now: NOW, days: 9, ...given });
    expect(verify(other.certificate, AUTHORITY.certificate).output).toContain("permitted subtree violation");
  });
});

test("no two serials and no two names of authorities are the same", async () => {
  const other = subjectOf((await makeAuthority({ zone: ZONE, now: NOW, days: 3650 })).certificate);
  expect(other.parsed.serialNumber).not.toBe(authority.parsed.serialNumber);
  expect(other.parsed.subject).not.toBe(authority.parsed.subject);
});
