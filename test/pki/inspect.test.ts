import { describe, expect, test } from "vitest";
import { userError } from "../../src/model/diagnostic.ts";
import { makeAuthority } from "../../src/pki/authority.ts";
import { inspectCertificate, matchesKey, signedBy } from "../../src/pki/inspect.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { authority, NOW, openssl, ZONE } from "./support.ts";

useSmallKeys();

const GARBAGE = ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "\0\0"];

describe("inspectCertificate", () => {
  test("says names, subject, dates and openssl's own fingerprint", async () => {
    const now = new Date("2026-11-21T03:04:05.678Z");
    const names = [`*.${ZONE}`, ZONE];
    const { certificate } = await makeLeaf({ authority: await authority(), names, now, days: 90 });
    const args = ["x509", "-in", "c.pem", "-noout", "-fingerprint", "-sha256"];
    const fingerprint = openssl(args, { "c.pem": certificate }).output.trim().split("=")[1];
    expect(inspectCertificate(certificate)).toEqual({
      issuer: expect.stringMatching(/^CN=liminati\.internal private authority [0-9a-f]{8}$/),
      notBefore: new Date("2026-11-21T02:04:05Z"),
      notAfter: new Date("2027-02-19T03:04:05Z"),
      names,
      addresses: [],
      fingerprint,
      subject: `CN=${ZONE}`,
    });
  });

  test.each(GARBAGE)("throws a plain sentence for %j", (text) => {
    expect(() => inspectCertificate(text)).toThrow(userError("certificate", "this is not a certificate in PEM form"));
  });
});

describe("signedBy", () => {
  test("is not fooled by another authority for the same zone", async () => {
    const impostor = await makeAuthority({ zone: ZONE, now: NOW, days: 30 });
    const real = await authority();
    const { certificate } = await makeLeaf({ authority: impostor, names: [ZONE], now: NOW, days: 9 });
    expect(signedBy(certificate, impostor.certificate)).toBe(true);
    expect(signedBy(certificate, real.certificate)).toBe(false);
  });

  test("is not fooled by names and key identifiers that fit: the signature counts", async () => {
    const real = await authority();
    const { certificate } = await makeLeaf({ authority: real, names: [ZONE], now: NOW, days: 9 });
    const der = Buffer.from(certificate.replaceAll(/-----.*-----|\n/g, ""), "base64");
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const forged = `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
    expect(signedBy(certificate, real.certificate)).toBe(true);
    expect(signedBy(forged, real.certificate)).toBe(false);
  });

  test.each(GARBAGE)("is false for %j on either side", async (text) => {
    const real = await authority();
    expect(signedBy(text, real.certificate)).toBe(false);
    expect(signedBy(real.certificate, text)).toBe(false);
  });
});

describe("matchesKey", () => {
  test("is false for the key of another certificate", async () => {
    const real = await authority();
    const { key } = await makeLeaf({ authority: real, names: [ZONE], now: NOW, days: 9 });
    expect(matchesKey(real.certificate, real.key)).toBe(true);
    expect(matchesKey(real.certificate, key)).toBe(false);
  });

  test.each(GARBAGE)("is false for %j on either side", async (text) => {
    const real = await authority();
    expect(matchesKey(text, real.key)).toBe(false);
    expect(matchesKey(real.certificate, text)).toBe(false);
  });
});
