/** A certificate that a site brings along: what is wrong with it, each at the place of its file. */
import { describe, expect, test } from "vitest";
import { gatherOwnCertificate } from "../../src/facts/own-certificate.ts";
import type { AbsolutePath } from "../../src/model/names.ts";
import { makeAuthority } from "../../src/pki/authority.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { ownCertificateFaults } from "../../src/plan/own-certificate.ts";
import { memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { authority, NOW, ZONE } from "./support.ts";

useSmallKeys();

const NAMES = [`*.${ZONE}`, ZONE];
const at = (name: string) => ({
  path: `/own/${name}` as AbsolutePath,
  at: { file: "stack.yaml", line: 1, column: 1, path: name },
});
const OWN = { certificate: at("crt"), key: at("key"), authority: at("ca") };
const site = await makeLeaf({ authority: await authority(), names: NAMES, now: NOW, days: 90 });
const narrow = await makeLeaf({ authority: await authority(), names: [ZONE], now: NOW, days: 90 });
const stranger = await makeAuthority({ zone: ZONE, now: NOW, days: 30 });

async function faults(crt: string, key: string, mode: number, now = NOW): Promise<readonly string[]> {
  const { files, ...system } = memorySystem({ files: { "/own/crt": crt, "/own/ca": (await authority()).certificate } });
  files.put("/own/key", { kind: "file", uid: 0, gid: 0, mode, content: key });
  const fact = gatherOwnCertificate({ files, ...system }, OWN, [ZONE, `webui.${ZONE}`]);
  return ownCertificateFaults(OWN, fact, now).map(({ path, message }) => `${path}: ${message.replace(/^\S+ /, "")}`);
}

describe("a certificate of the site's own", () => {
  test.each([
    ["that fits", site.certificate, site.key, 0o600, []],
    ["with another key", site.certificate, narrow.key, 0o600, ["key: does not belong to the certificate"]],
    [
      "with an open key",
      site.certificate,
      site.key,
      0o640,
      ["key: others than root can read it: its mode is 0640 and its owner 0"],
    ],
    ["without the wildcard", narrow.certificate, narrow.key, 0o600, [`crt: does not cover webui.${ZONE}`]],
    [
      "with a stranger in its chain",
      site.certificate + stranger.certificate,
      site.key,
      0o600,
      ["crt: its certificate 2 did not sign the one before it", "ca: did not sign the certificate"],
    ],
    ["that is none", "nothing", site.key, 0o600, ["crt: is no file with a certificate in PEM form"]],
  ])("%s", async (_, crt, key, mode, expected) => {
    expect(await faults(crt, key, mode)).toEqual(expected);
  });

  test("that has ended", async () => {
    const later = new Date(NOW.getTime() + 91 * 86_400_000);
    expect((await faults(site.certificate, site.key, 0o600, later))[0]).toMatch(/^crt: ended on /);
  });
});
