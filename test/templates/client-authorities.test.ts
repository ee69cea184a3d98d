/** install-client.sh when the site's authority changes, when there are two of them, and when there is none. */
import { describe, expect, test } from "vitest";
import { fillAuthority } from "../../src/model/fill-authority.ts";
import { AUTHORITY, CERTIFICATE, CUSTOM, filled, machine, NEXT_AUTHORITY } from "./client-script.ts";
import { listNssStore, makeNssStore } from "./client-support.ts";
import { render } from "./support.ts";

const STORE = "home/ada/.pki/nssdb";

test("a new authority replaces the old one everywhere, and the way back still leads to the beginning", () => {
  const next = filled(NEXT_AUTHORITY);
  const client = machine({ ...CUSTOM, real: ["certutil"] });
  makeNssStore(client, STORE);
  const before = client.tree();
  client.run();
  const renewed = (...args: string[]) => client.runScript(next, ...args);
  expect(renewed("--check").output).toMatch(/^FAIL {2}trust: .*is of another authority$/m);
  expect(renewed()).toMatchObject({ code: 0, log: ["update-ca-certificates --fresh"] });
  expect(client.read(CERTIFICATE)).toBe(NEXT_AUTHORITY.pem);
  expect(listNssStore(client, STORE).match(/install-quadlets/g)).toHaveLength(1);
  renewed("--uninstall");
  expect(client.tree()).toEqual(before);
});

describe("more authorities than one, or none", () => {
  const both = () => ({
    pem: AUTHORITY.pem + NEXT_AUTHORITY.pem,
    fingerprint: `${AUTHORITY.fingerprint},${NEXT_AUTHORITY.fingerprint}`,
  });
  const SECOND = CERTIFICATE.replace(".crt", "-2.crt");

  test("during a change both are trusted, then only the new one; the way back leads to the beginning", () => {
    const client = machine({ ...CUSTOM, real: ["certutil"] });
    makeNssStore(client, STORE);
    const before = client.tree();
    client.run();
    const overlap = client.runScript(filled(both()));
    expect(overlap, overlap.output).toMatchObject({ code: 0, log: ["update-ca-certificates "] });
    expect([client.read(CERTIFICATE), client.read(SECOND)]).toEqual([AUTHORITY.pem, NEXT_AUTHORITY.pem]);
    expect(listNssStore(client, STORE).match(/^install-quadlets\S* +C,,/gm)).toHaveLength(2);
    expect(client.runScript(filled(both())).output).toContain("nothing to do");
    const after = client.runScript(filled(NEXT_AUTHORITY));
    expect(after, after.output).toMatchObject({ code: 0, log: ["update-ca-certificates --fresh"] });
    expect(client.read(CERTIFICATE)).toBe(NEXT_AUTHORITY.pem);
    expect(client.tree().some((line) => line.includes("internal-2.crt"))).toBe(false);
    client.runScript(filled(NEXT_AUTHORITY), "--uninstall");
    expect(client.tree()).toEqual(before);
  });

  test("of several only those are trusted that are pinned", () => {
    const client = machine();
    expect(client.runScript(filled(both()), "--fingerprint", NEXT_AUTHORITY.fingerprint).code).toBe(0);
    expect(client.read(SECOND)).toBe(NEXT_AUTHORITY.pem);
    expect(client.tree().some((line) => line.includes("internal.crt"))).toBe(false);
    expect(client.runScript(filled(both()), `--fingerprint=${both().fingerprint}`).code).toBe(0);
    expect(client.read(CERTIFICATE)).toBe(AUTHORITY.pem);
  });

  test("where every machine trusts the site already, only the names are set up, and what was before goes", () => {
    const client = machine({ ...CUSTOM, real: ["certutil"] });
    makeNssStore(client, STORE);
    const before = client.tree();
    client.run();
    const none = filled({ pem: "", fingerprint: "" });
    const result = client.runScript(none);
    expect(result, result.output).toMatchObject({ code: 0, log: ["update-ca-certificates --fresh"] });
    expect(
      client
        .tree()
        .filter((line) => !before.includes(line))
        .map((line) => line.split(" ")[0]),
    ).toEqual(["etc/hosts"]);
    expect(client.runScript(none)).toMatchObject({ code: 0, output: expect.stringContaining("nothing to do") });
    client.runScript(none, "--uninstall");
    expect(client.tree()).toEqual(before);
  });

  test("Apple's profile and the script for Windows hold each of them", () => {
    const profile = fillAuthority(render("client/ca.mobileconfig"), both());
    const data = [...profile.matchAll(/<data>(.*)<\/data>/g)].map((match) => match[1]);
    const wanted = [AUTHORITY, NEXT_AUTHORITY].map(({ pem }) => pem.replace(/-----[^-]+-----|\s/g, ""));
    expect(data).toEqual(wanted);
    const uuids = [...profile.matchAll(/UUID<\/key>\s*<string>(.*)</g)].map((match) => match[1]);
    expect(new Set(uuids).size).toBe(3);
    const windows = fillAuthority(render("client/install-client.ps1"), both());
    expect(windows).toContain(`@(\n        '${wanted[0]}'\n        '${wanted[1]}'\n    )\n`);
    expect(windows + profile).not.toContain("@AUTHORITY");
  });
});
