/** install-client.sh: what it does with names that are there already, and with what it is told. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { LAYOUTS } from "./client-layouts.ts";
import { AUTHORITY, CERTIFICATE, CUSTOM, machine, SCRIPT } from "./client-script.ts";
import { type Layout, makeMachine } from "./client-support.ts";
import { ADDRESS } from "./support.ts";

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
    expect(machine().run("--fingerprint", form(AUTHORITY.fingerprint)).code).toBe(0);
  });

  test("a certificate that does not fit its fingerprint stops everything", () => {
    const damaged = SCRIPT.replace(/FINGERPRINT='..:/, "FINGERPRINT='--:");
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
