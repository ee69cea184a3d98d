/** install-client.sh and the stores of single programs: browsers, by the real certutil, and Java. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { CUSTOM, CUSTOM_LOG, machine, roundTrip, STRANGER } from "./client-script.ts";
import { listNssStore, makeNssStore } from "./client-support.ts";

const STORES = [
  "home/ada/.pki/nssdb",
  "home/ada/.mozilla/firefox/x1.a profile",
  "home/ada/snap/chromium/current/.pki/nssdb",
  "home/ada/snap/firefox/common/.mozilla/firefox/x2.default",
  "home/ada/.var/app/org.mozilla.firefox/.mozilla/firefox/x3.default",
  "home/ada/.var/app/com.google.Chrome/data/pki/nssdb",
];

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

  test("what a browser changed in the meantime stays", () => {
    const client = withBrowsers("certutil");
    const [store = ""] = STORES;
    client.run();
    const path = `${client.root}/${store}`;
    const other = ["-A", "-a", "-d", `sql:${path}`, "-t", ",,", "-n", "another"];
    expect(spawnSync("certutil", other, { input: STRANGER.pem }).status).toBe(0);
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
