import { describe, expect, test } from "vitest";
import { makeAuthority } from "../../src/pki/authority.ts";
import { inspectCertificate, matchesKey, signedBy } from "../../src/pki/inspect.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { authority, describeCertificate, NOW, verify, ZONE } from "./support.ts";

useSmallKeys();

const NAMES = [`*.${ZONE}`, ZONE];

async function leaf(names: readonly string[] = NAMES, days = 90) {
  return makeLeaf({ authority: await authority(), names, now: NOW, days });
}

describe("a leaf", () => {
  test.each([`webui.${ZONE}`, ZONE])("is accepted by openssl's strict rules for %s", async (host) => {
    const { certificate } = await leaf();
    const result = verify(certificate, (await authority()).certificate, "-verify_hostname", host);
    expect(result).toEqual({ code: 0, output: "leaf.pem: OK\n" });
  });

  test("does not answer for a name two levels below the zone", async () => {
    const { certificate } = await leaf();
    const result = verify(certificate, (await authority()).certificate, "-verify_hostname", `a.b.${ZONE}`);
    expect(result.output).toContain("hostname mismatch");
  });

  test.each([["evil.example"], [`evil${ZONE}`], [`*.${ZONE}`, "evil.example"]])(
    "for %s is refused through the authority's name constraints",
    async (...names) => {
      const { certificate } = await leaf(names);
      expect(signedBy(certificate, (await authority()).certificate)).toBe(true);
      const result = verify(certificate, (await authority()).certificate);
      expect(result.code).not.toBe(0);
      expect(result.output).toContain("permitted subtree violation");
    },
  );

  test("is a server certificate and nothing else", async () => {
    const pair = await leaf();
    const text = describeCertificate(pair.certificate);
    expect(text).toContain("CA:FALSE");
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
    expect(text).toMatch(/Extended Key Usage: \n\s+TLS Web Server Authentication\n/);
    const identifier = /Subject Key Identifier: \n\s+([0-9A-F:]+)/.exec(
      describeCertificate((await authority()).certificate),
    );
    expect(text).toContain(`Authority Key Identifier: \n                ${identifier?.[1]}`);
    expect(matchesKey(pair.certificate, pair.key)).toBe(true);
    expect(pair.certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  });

  test("never outlives its authority", async () => {
    const short = await makeAuthority({ zone: ZONE, now: NOW, days: 5 });
    const { certificate } = await makeLeaf({ authority: short, names: NAMES, now: NOW, days: 90 });
    expect(inspectCertificate(certificate).notAfter).toEqual(inspectCertificate(short.certificate).notAfter);
  });

  test("of 397 days stays below the 398 that browsers accept; 398 are refused", async () => {
    const { notBefore, notAfter } = inspectCertificate((await leaf(NAMES, 397)).certificate);
    expect((notAfter.getTime() - notBefore.getTime()) / 86_400_000).toBeLessThan(398);
    await expect(leaf(NAMES, 398)).rejects.toThrow("a server certificate may be valid for at most 397 days, not 398");
  });

  test("is not made without a name, by an expired authority, or by an unreadable one", async () => {
    await expect(leaf([])).rejects.toThrow("needs at least one name");
    const old = await makeAuthority({ zone: ZONE, now: new Date("2020-01-01T00:00:00Z"), days: 10 });
    await expect(makeLeaf({ authority: old, names: NAMES, now: NOW, days: 9 })).rejects.toThrow(
      "expired on 2020-01-11",
    );
    const broken = { certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key: "nothing" };
    await expect(makeLeaf({ authority: broken, names: NAMES, now: NOW, days: 9 })).rejects.toThrow("cannot be read");
  });
});
