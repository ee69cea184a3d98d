/** Certificate facts from real files of pki/. */
import { beforeAll, expect, test } from "vitest";
import { gatherCertificate } from "../../src/facts/certificates.ts";
import { type KeyPairPem, makeAuthority } from "../../src/pki/authority.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { certificate } from "./desired.ts";

useSmallKeys();

const now = new Date("2026-11-21T12:00:00Z");
let authority: KeyPairPem;
let other: KeyPairPem;
let leaf: KeyPairPem;
let files: Record<string, string>;

beforeAll(async () => {
  const options = { zone: certificate.zone, now, days: 3650 };
  [authority, other] = await Promise.all([makeAuthority(options), makeAuthority(options)]);
  leaf = await makeLeaf({ authority, names: certificate.names, now, days: 90 });
  files = {
    "/pki/ca.key": authority.key,
    "/pki/ca.pem": authority.certificate,
    "/pki/leaf.key": leaf.key,
    "/pki/leaf.pem": leaf.certificate,
    "/srv/ca.pem": authority.certificate,
  };
});

function gather(changed: Record<string, string | undefined>) {
  const entries = Object.entries({ ...files, ...changed }).filter((entry): entry is [string, string] => !!entry[1]);
  return gatherCertificate(memorySystem({ files: Object.fromEntries(entries) }), certificate);
}

test("all in order", async () => {
  const fact = await gather({});
  expect(fact?.authority?.pem).toBe(authority.certificate);
  expect(fact?.authority?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(fact?.leaf).toMatchObject({ names: ["*.liminati.internal"], signedByAuthority: true, matchesKey: true });
  expect(fact?.leaf?.notAfter.toISOString().slice(0, 10)).toBe("2027-02-19");
  expect(fact?.publishedMatches).toBe(true);
});

test("nothing there", async () => {
  expect(await gatherCertificate(memorySystem(), certificate)).toBeUndefined();
});

test("an authority without its key is none", async () => {
  const fact = await gather({ "/pki/ca.key": undefined });
  expect(fact?.authority).toBeUndefined();
  // And is seen to be missing by who signed.
  expect(fact?.leaf).toMatchObject({ signedByAuthority: false, byAuthority: true });
});

test("a leaf of another authority, another key, another published copy", async () => {
  const fact = await gather({ "/pki/ca.pem": other.certificate, "/pki/leaf.key": other.key });
  expect(fact?.leaf).toMatchObject({ signedByAuthority: false, matchesKey: false });
  expect(fact?.publishedMatches).toBe(false);
});

test("damaged files count as missing", async () => {
  const fact = await gather({ "/pki/leaf.pem": "damaged", "/srv/ca.pem": undefined });
  expect(fact?.leaf).toBeUndefined();
  expect(fact?.authority).toBeDefined();
  expect(fact?.publishedMatches).toBe(false);
});
