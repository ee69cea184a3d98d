/** install-client.sh, run for real in the file layouts of the systems that it knows, under each shell. */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { makeAuthority } from "../../src/pki/authority.ts";
import { inspectCertificate } from "../../src/pki/inspect.ts";
import { fillAuthority } from "../../src/plan/authority.ts";
import { LAYOUTS } from "./client-layouts.ts";
import { type Layout, listNssStore, type Machine, makeMachine, makeNssStore } from "./client-support.ts";
import { ADDRESS, render } from "./support.ts";

/** The shell of Debian and Ubuntu meets every system, the others those whose sh they are. */
const SHELLS = [
  { shell: ["dash"], systems: /./ },
  { shell: ["busybox", "sh"], systems: /^Alpine|^Debian with a plain/ },
  { shell: ["bash"], systems: /^Fedora|^RHEL|^Arch|^macOS/ },
];
const CERTIFICATE = "usr/local/share/ca-certificates/install-quadlets-liminati.internal.crt";
const CUSTOM = LAYOUTS["Debian with a plain resolv.conf"] as Layout;
const STORES = [
  "home/ada/.pki/nssdb",
  "home/ada/.mozilla/firefox/x1.a profile",
  "home/ada/snap/chromium/current/.pki/nssdb",
  "home/ada/snap/firefox/common/.mozilla/firefox/x2.default",
  "home/ada/.var/app/org.mozilla.firefox/.mozilla/firefox/x3.default",
  "home/ada/.var/app/com.google.Chrome/data/pki/nssdb",
];

const CUSTOM_LOG = { adds: ["update-ca-certificates "], removes: ["update-ca-certificates --fresh"] };

let authority = { pem: "", fingerprint: "" };
let otherAuthority = authority;
let script = "";

async function newAuthority(zone = "liminati.internal") {
  const { certificate } = await makeAuthority({ zone, now: new Date(), days: 30 });
  return { pem: certificate, fingerprint: inspectCertificate(certificate).fingerprint };
}

// Two keys of 3072 bits, on a machine that has other tests to run.
beforeAll(async () => {
  [authority, otherAuthority] = await Promise.all([newAuthority(), newAuthority()]);
  script = fillAuthority(render("client/install-client.sh"), authority);
}, 120_000);

const machine = (layout: Layout = CUSTOM, shell: readonly string[] = ["dash"]) => makeMachine(script, shell, layout);

/** Twice up, checked, twice down; the machine is as before. */
function roundTrip(client: Machine, adds: readonly string[], removes: readonly string[]): void {
  const before = client.tree();
  const first = client.run(ADDRESS);
  expect(first, first.output).toMatchObject({ code: 0, log: adds });
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

describe.each(SHELLS)("under $shell", ({ shell, systems }) => {
  test.each(Object.entries(LAYOUTS).filter(([name]) => systems.test(name)))(
    "%s: set up, nothing the second time, checked, taken back to the byte",
    (_, layout) => {
      const client = machine(layout, shell);
      roundTrip(client, layout.adds, layout.removes);
    },
  );

  test("a download that breaks off anywhere does nothing", () => {
    const client = machine(CUSTOM, shell);
    const before = client.tree();
    const cuts = Array.from({ length: 20 }, (_, index) => Math.floor((script.length * index) / 20));
    for (const cut of [...cuts, script.length - 2, script.length - 6, script.length - 12]) {
      const broken = makeMachine(script.slice(0, cut), shell, CUSTOM);
      broken.run(ADDRESS);
      expect(broken.tree()).toEqual(before);
    }
  });
});

test.each(Object.entries(LAYOUTS))("%s: each file holds what it must, and is announced before", (_, layout) => {
  const client = machine(layout);
  const { output } = client.run(ADDRESS);
  const [announced = ""] = output.split(/^(?:trust|names|variables): /m);
  for (const [path, pattern] of Object.entries(layout.made)) {
    expect(client.read(path)).toMatch(pattern);
    // Everybody's programs read them.
    expect(statSync(`${client.root}/${path}`).mode & 0o777).toBe(0o644);
    expect(announced).toContain(`/${path.replace(/^etc\/hosts$/, "etc/hosts")}`);
  }
  expect(announced).toContain("as root:\n");
  // Never the machine's whole DNS.
  if (layout.links === undefined) {
    expect(client.read("etc/resolv.conf")).toBe(
      layout.files?.["etc/resolv.conf"] ?? "search lan\nnameserver 192.0.2.1\n",
    );
  }
});

describe("browsers", () => {
  const withBrowsers = (...real: string[]) => {
    const client = machine({ ...CUSTOM, real });
    for (const store of STORES) makeNssStore(client, store);
    return client;
  };

  test("every store of Chrome and Firefox gets the authority, by the real certutil, and is as before afterwards", () => {
    const client = withBrowsers("certutil");
    roundTrip(client, CUSTOM_LOG.adds, CUSTOM_LOG.removes);
    const { output } = client.run();
    for (const store of STORES) {
      expect(listNssStore(client, store)).toMatch(/^install-quadlets-liminati\.internal +C,,/m);
      expect(output).toContain(`as you:\n`);
      expect(output).toContain(`browsers: added the authority to /${store}/cert9.db`);
    }
  });

  test("what a browser changed in the meantime stays", async () => {
    const client = withBrowsers("certutil");
    const [store = ""] = STORES;
    client.run();
    const path = `${client.root}/${store}`;
    const other = ["-A", "-a", "-d", `sql:${path}`, "-t", ",,", "-n", "another"];
    expect(spawnSync("certutil", other, { input: (await newAuthority("other.internal")).pem }).status).toBe(0);
    expect(client.run()).toMatchObject({ code: 0, output: expect.stringContaining("nothing to do") });
    expect(client.run("--uninstall").code).toBe(0);
    expect(listNssStore(client, store)).toMatch(/^another /m);
    expect(listNssStore(client, store)).not.toContain("install-quadlets");
    expect(client.tree().filter((line) => line.includes("-install-quadlets-"))).toEqual([]);
  });

  test("without certutil it says what to install, and the rest is set up", () => {
    const client = withBrowsers();
    const { code, output } = client.run();
    expect([code, output]).toEqual([0, expect.stringContaining("install libnss3-tools\n  (Debian, Ubuntu)")]);
    expect(client.run("--check").output).toMatch(/^skip {2}browsers: /m);
  });
});

describe("Java", () => {
  const JAVA = {
    ...CUSTOM,
    files: {
      "opt/jdk-21/lib/security/cacerts": "a keystore\n",
      "opt/jdk-21/bin/keytool": "",
      "home/ada/.sdkman/candidates/java/25/lib/security/cacerts": "another\n",
      "home/ada/.sdkman/candidates/java/25/bin/keytool": "",
      "usr/lib/jvm/system/bin/keytool": "",
      "usr/lib/jvm/system/lib/security/else": "",
    },
    // Kept by the system's own tool.
    links: { "usr/lib/jvm/system/lib/security/cacerts": "/etc/ssl/certs/java/cacerts" },
  };

  test("its own keystores get the authority and are put back as they were", () => {
    const keytool = ["keytool import", "keytool import"];
    roundTrip(machine(JAVA), [...CUSTOM_LOG.adds, ...keytool], CUSTOM_LOG.removes);
  });

  test("a keystore that an update replaced gets it again; one that changed loses only the authority", () => {
    const client = machine(JAVA);
    client.run();
    client.write("opt/jdk-21/lib/security/cacerts", "a newer keystore\n");
    expect(client.run().log).toEqual(["keytool import"]);
    client.write("opt/jdk-21/lib/security/cacerts", `${client.read("opt/jdk-21/lib/security/cacerts")}more\n`);
    client.run("--uninstall");
    expect(client.read("opt/jdk-21/lib/security/cacerts")).toMatch(/^a newer keystore\n[^:]*more\n# deleted\n$/);
    expect(client.read("home/ada/.sdkman/candidates/java/25/lib/security/cacerts")).toBe("another\n");
  });
});

test("a new authority replaces the old one everywhere, and the way back still leads to the beginning", () => {
  const next = fillAuthority(render("client/install-client.sh"), otherAuthority);
  const client = machine({ ...CUSTOM, real: ["certutil"] });
  makeNssStore(client, STORES[0] as string);
  const before = client.tree();
  client.run();
  const renewed = (...args: string[]) => client.runScript(next, ...args);
  expect(renewed("--check").output).toMatch(/^FAIL {2}trust: .*is of another authority$/m);
  expect(renewed()).toMatchObject({ code: 0, log: ["update-ca-certificates --fresh"] });
  expect(client.read(CERTIFICATE)).toBe(otherAuthority.pem);
  expect(listNssStore(client, STORES[0] as string).match(/install-quadlets/g)).toHaveLength(1);
  renewed("--uninstall");
  expect(client.tree()).toEqual(before);
});

describe("more authorities than one, or none", () => {
  const both = () => ({
    pem: authority.pem + otherAuthority.pem,
    fingerprint: `${authority.fingerprint},${otherAuthority.fingerprint}`,
  });
  const filled = (known: typeof authority) => fillAuthority(render("client/install-client.sh"), known);
  const SECOND = CERTIFICATE.replace(".crt", "-2.crt");
  const [store] = STORES as [string];

  test("during a change both are trusted, then only the new one; the way back leads to the beginning", () => {
    const client = machine({ ...CUSTOM, real: ["certutil"] });
    makeNssStore(client, store);
    const before = client.tree();
    client.run();
    const overlap = client.runScript(filled(both()));
    expect(overlap, overlap.output).toMatchObject({ code: 0, log: ["update-ca-certificates "] });
    expect([client.read(CERTIFICATE), client.read(SECOND)]).toEqual([authority.pem, otherAuthority.pem]);
    expect(listNssStore(client, store).match(/^install-quadlets\S* +C,,/gm)).toHaveLength(2);
    expect(client.runScript(filled(both())).output).toContain("nothing to do");
    const after = client.runScript(filled(otherAuthority));
    expect(after, after.output).toMatchObject({ code: 0, log: ["update-ca-certificates --fresh"] });
    expect(client.read(CERTIFICATE)).toBe(otherAuthority.pem);
    expect(client.tree().some((line) => line.includes("internal-2.crt"))).toBe(false);
    client.runScript(filled(otherAuthority), "--uninstall");
    expect(client.tree()).toEqual(before);
  });

  test("of several only those are trusted that are pinned", () => {
    const client = machine();
    expect(client.runScript(filled(both()), "--fingerprint", otherAuthority.fingerprint).code).toBe(0);
    expect(client.read(SECOND)).toBe(otherAuthority.pem);
    expect(client.tree().some((line) => line.includes("internal.crt"))).toBe(false);
    expect(client.runScript(filled(both()), `--fingerprint=${both().fingerprint}`).code).toBe(0);
    expect(client.read(CERTIFICATE)).toBe(authority.pem);
  });

  test("where every machine trusts the site already, only the names are set up, and what was before goes", () => {
    const client = machine({ ...CUSTOM, real: ["certutil"] });
    makeNssStore(client, store);
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
    const wanted = [authority, otherAuthority].map(({ pem }) => pem.replace(/-----[^-]+-----|\s/g, ""));
    expect(data).toEqual(wanted);
    const uuids = [...profile.matchAll(/UUID<\/key>\s*<string>(.*)</g)].map((match) => match[1]);
    expect(new Set(uuids).size).toBe(3);
    const windows = fillAuthority(render("client/install-client.ps1"), both());
    expect(windows).toContain(`@(\n        '${wanted[0]}'\n        '${wanted[1]}'\n    )\n`);
    expect(windows + profile).not.toContain("@AUTHORITY");
  });
});

describe("names", () => {
  test("later changes of others in /etc/hosts survive the way back", () => {
    const client = machine();
    client.run();
    client.write("etc/hosts", `${client.read("etc/hosts")}\n192.0.2.9 printer\n`);
    client.run("--uninstall");
    expect(client.read("etc/hosts")).toBe("127.0.0.1 localhost\n# no newline at the end\n192.0.2.9 printer\n");
  });

  test("another address replaces the first one", () => {
    const client = machine();
    client.run();
    client.run("100.64.0.9");
    expect(client.read("etc/hosts").match(/^100\S+ liminati\.internal$/gm)).toEqual(["100.64.0.9 liminati.internal"]);
  });

  test("a machine that learned to keep a zone apart leaves /etc/hosts", () => {
    const layout = LAYOUTS["Ubuntu 26.04 with systemd-resolved 259"] as Layout;
    const client = machine({ ...layout, state: { resolved: "257" } });
    const before = client.tree();
    client.run();
    client.setState("resolved", "259");
    expect(client.run("--check").output).toMatch(/names: liminati\.internal is 100/);
    expect(client.run().log).toEqual(["systemctl restart systemd-resolved"]);
    expect(client.read("etc/hosts")).toBe("127.0.0.1 localhost\n# no newline at the end");
    client.run("--uninstall");
    expect(client.tree()).toEqual(before);
  });

  test("names that the tailnet answers already need no change", () => {
    const client = machine({ ...CUSTOM, state: { answers: "" } });
    const before = client.read("etc/hosts");
    expect(client.run().output).toContain("names: already answered with 100.101.102.103");
    expect(client.read("etc/hosts")).toBe(before);
  });

  test("a file of hosts that was not there is gone again", () => {
    const client = machine();
    spawnSync("rm", [`${client.root}/etc/hosts`]);
    const before = client.tree();
    client.run();
    client.run("--uninstall");
    expect(client.tree()).toEqual(before);
  });
});

describe("arguments", () => {
  test.each([
    [["--fingerprint", "AB:CD"], "not the one you gave"],
    [["--fingerprint"], "--fingerprint needs a value"],
    [["1.2.3"], "1.2.3 is not an IPv4 address"],
    [["1.2.3.4\nx"], "is not an IPv4 address"],
    [["1.2.3.256"], "is not an IPv4 address"],
    [["--frobnicate"], "unknown option --frobnicate"],
  ])("%j is refused before anything changes", (args, message) => {
    const client = machine();
    const before = client.tree();
    const { code, output } = client.run(...args);
    expect([code, client.tree()]).toEqual([1, before]);
    expect(output).toContain(message);
  });

  test.each([
    (fp: string) => fp,
    (fp: string) => fp.toLowerCase().replaceAll(":", ""),
    (fp: string) => `SHA256 Fingerprint=${fp}`,
  ])("the right fingerprint is accepted in any form (%#)", (form) => {
    expect(machine().run("--fingerprint", form(authority.fingerprint)).code).toBe(0);
  });

  test("a certificate that does not fit its fingerprint stops everything", () => {
    const damaged = script.replace(/FINGERPRINT='..:/, "FINGERPRINT='--:");
    expect(makeMachine(damaged, ["dash"], CUSTOM).run().output).toContain("the certificate in this script is damaged");
  });

  test("a system without any tool for authorities is told so before anything changes", () => {
    const client = machine({ ...CUSTOM, commands: [] });
    const before = client.tree();
    expect(client.run()).toMatchObject({
      code: 1,
      output: expect.stringContaining("install the package ca-certificates"),
    });
    expect(client.tree()).toEqual(before);
  });

  test("--check changes nothing and says of each step why it fails", () => {
    const client = machine();
    client.setState("silent");
    client.setState("untrusted");
    client.setState("away");
    const before = client.tree();
    const { code, output } = client.run("--check");
    expect([code, client.tree()]).toEqual([1, before]);
    expect(output.split("\n").slice(0, 5)).toEqual([
      `FAIL  reach: http://${ADDRESS}:8081/ does not answer, is Tailscale up? curl: (28) timed out`,
      `FAIL  trust: /${CERTIFICATE} is not there, or is of another authority`,
      "FAIL  trust: https://liminati.internal/: curl: (60) not trusted",
      "FAIL  variables: /etc/profile.d/install-quadlets-liminati.internal.sh does not tell Node and Python of /etc/ssl/certs/ca-certificates.crt",
      "FAIL  variables: /etc/environment.d/60-install-quadlets-liminati.internal.conf does not tell Node and Python of /etc/ssl/certs/ca-certificates.crt",
    ]);
    expect(output).toContain(
      "FAIL  names: webui.liminati.internal is not answered with 100.101.102.103: nothing is set up for it\n",
    );
  });

  test("--help explains", () =>
    expect(machine().run("--help")).toMatchObject({ code: 0, output: expect.stringContaining("--uninstall") }));
});

// Where there is none, npm run check says so.
const lintable = spawnSync("shellcheck", ["--version"]).error === undefined;

test.runIf(lintable)("shellcheck has nothing to say", () => {
  const result = spawnSync("shellcheck", ["-s", "sh", "-"], { input: script, encoding: "utf8" });
  expect(result).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
