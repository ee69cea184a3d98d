import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { makeAuthority } from "../../src/pki/authority.ts";
import { inspectCertificate, matchesKey, signedBy } from "../../src/pki/inspect.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { authority, describeCertificate, NOW, openssl, verify, ZONE } from "./support.ts";

useSmallKeys();

describe("the authority", () => {
  test("carries exactly the extensions that limit it", async () => {
    const text = describeCertificate((await authority()).certificate);
    const extensions = text.slice(text.indexOf("X509v3 extensions"), text.indexOf("    Signature Algorithm", 300));
    const lines = extensions.split("\n").map((line) => line.trim());
    expect(lines.filter((line) => !/^([0-9A-F]{2}:){5}/.test(line) && line !== "")).toEqual([
      "X509v3 extensions:",
      "X509v3 Basic Constraints: critical",
      "CA:TRUE, pathlen:0",
      "X509v3 Key Usage: critical",
      "Certificate Sign, CRL Sign",
      "X509v3 Name Constraints: critical",
      "Permitted:",
      `DNS:${ZONE}`,
      "Excluded:",
      "IP:0.0.0.0/0.0.0.0",
      "IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0",
      "X509v3 Subject Key Identifier:",
    ]);
  });

  test("is signed with SHA-256, and owns its key", async () => {
    const pair = await authority();
    const text = describeCertificate(pair.certificate);
    expect(text).toContain("Signature Algorithm: sha256WithRSAEncryption");
    expect(text).toContain(`Subject: CN = ${ZONE} private authority`);
    expect(matchesKey(pair.certificate, pair.key)).toBe(true);
    expect(signedBy(pair.certificate, pair.certificate)).toBe(true);
    expect(pair.certificate).toMatch(/^-----BEGIN CERTIFICATE-----\n[^\r]*-----END CERTIFICATE-----\n$/);
    expect(pair.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^\r]*-----END PRIVATE KEY-----\n$/);
  });

  test("starts an hour back, lasts 3650 days, and has a positive serial of more than 128 bits", async () => {
    const { certificate } = await authority();
    const facts = inspectCertificate(certificate);
    expect(NOW.getTime() - facts.notBefore.getTime()).toBeGreaterThanOrEqual(3_600_000);
    expect(NOW.getTime() - facts.notBefore.getTime()).toBeLessThan(3_602_000);
    expect((facts.notAfter.getTime() - facts.notBefore.getTime()) / 3_600_000).toBe(3650 * 24 + 1);
    const serial = openssl(["x509", "-in", "c.pem", "-noout", "-serial"], { "c.pem": certificate }).output;
    expect(serial).toMatch(/^serial=01[0-9A-F]{32}\n$/);
  });

  test("writes years from 2050 on as GeneralizedTime, earlier ones as UTCTime", async () => {
    const { certificate } = await makeAuthority({ zone: ZONE, now: new Date("2045-01-01T00:00:00Z"), days: 3650 });
    const dump = openssl(["asn1parse", "-in", "c.pem"], { "c.pem": certificate }).output;
    expect(dump).toMatch(/UTCTIME\s+:441231230000Z/);
    expect(dump).toMatch(/GENERALIZEDTIME\s+:20541230000000Z/);
  });

  test("permits only the addresses that it is given", async () => {
    const pair = await makeAuthority({ zone: ZONE, now: NOW, days: 30, extraIps: ["100.101.102.103"] });
    const text = describeCertificate(pair.certificate);
    expect(text).toContain("IP:100.101.102.103/255.255.255.255");
    expect(text).not.toContain("Excluded:");
    const leaf = await makeLeaf({ authority: pair, names: [`*.${ZONE}`], now: NOW, days: 10 });
    expect(verify(leaf.certificate, pair.certificate).output).toBe("leaf.pem: OK\n");
  });

  test.each(["", "a b", "a\nb", ".internal", 'x"'])("refuses the zone %j", async (zone) => {
    await expect(makeAuthority({ zone, now: NOW, days: 1 })).rejects.toThrow(UserError);
  });
});
