/** The client script as a site gives it out, the machines that it runs on, and what every test of it does. */
import { expect } from "vitest";
import { fillAuthority } from "../../src/model/fill-authority.ts";
import { makeAuthority } from "../../src/pki/authority.ts";
import { inspectCertificate } from "../../src/pki/inspect.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { LAYOUTS } from "./client-layouts.ts";
import { type Layout, type Machine, makeMachine } from "./client-support.ts";
import { ADDRESS, render } from "./support.ts";

useSmallKeys();
export const [AUTHORITY, NEXT_AUTHORITY, STRANGER] = await Promise.all([
  newAuthority("liminati.internal"),
  newAuthority("liminati.internal"),
  newAuthority("other.internal"),
]);

/** The script of a site that has this authority. */
export const filled = (known: typeof AUTHORITY): string => fillAuthority(render("client/install-client.sh"), known);
export const SCRIPT = filled(AUTHORITY);

export const CERTIFICATE = "usr/local/share/ca-certificates/install-quadlets-liminati.internal.crt";
export const CUSTOM = LAYOUTS["Debian with a plain resolv.conf"] as Layout;
export const CUSTOM_LOG = { adds: ["update-ca-certificates "], removes: ["update-ca-certificates --fresh"] };

async function newAuthority(zone: string) {
  const { certificate } = await makeAuthority({ zone, now: new Date(), days: 30 });
  return { pem: certificate, fingerprint: inspectCertificate(certificate).fingerprint };
}

export function machine(layout: Layout = CUSTOM, shell: readonly string[] = ["dash"]): Machine {
  return makeMachine(SCRIPT, shell, layout);
}

/** Twice up, checked, twice down; the machine is as before. `setUp` looks at what the first run made and said. */
export function roundTrip(
  client: Machine,
  adds: readonly string[],
  removes: readonly string[],
  setUp: (output: string) => void = () => undefined,
): void {
  const before = client.tree();
  const first = client.run(ADDRESS);
  expect(first, first.output).toMatchObject({ code: 0, log: adds });
  setUp(first.output);
  const after = client.tree();
  const second = client.run();
  expect(second, second.output).toMatchObject({ code: 0, log: [] });
  expect(second.output).toContain("nothing to do: this machine is set up\n");
  const check = client.run("--check");
  expect(check, check.output).toMatchObject({ code: 0, log: [] });
  expect(check.output).not.toMatch(/^FAIL/m);
  expect(client.tree()).toEqual(after);
  const back = client.run("--uninstall");
  expect(
    { ...back, log: back.log.map((line) => line.replace(/-Z [0-9A-F]{40} /, "-Z SHA1 ")) },
    back.output,
  ).toMatchObject({ code: 0, log: removes });
  expect(client.tree()).toEqual(before);
  expect(client.run("--uninstall")).toMatchObject({
    code: 0,
    log: [],
    output: expect.stringContaining("nothing to do"),
  });
}
