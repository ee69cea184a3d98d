/** install-client.sh, run for real in the file layouts of the systems that it knows, under each shell. */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Expected, LAYOUTS } from "./client-layouts.ts";
import { CUSTOM, machine, roundTrip, SCRIPT } from "./client-script.ts";
import type { Machine } from "./client-support.ts";
import { ADDRESS } from "./support.ts";

/** The shell of Debian and Ubuntu meets every system, the others those whose sh they are. */
const SHELLS = [
  { shell: ["dash"], systems: /./ },
  { shell: ["busybox", "sh"], systems: /^Alpine|^Debian with a plain/ },
  { shell: ["bash"], systems: /^Fedora|^RHEL|^Arch|^macOS/ },
];

describe.each(SHELLS)("under $shell", ({ shell, systems }) => {
  test.each(Object.entries(LAYOUTS).filter(([name]) => systems.test(name)))(
    "%s: set up, nothing the second time, checked, taken back to the byte",
    (_, layout) => {
      const client = machine(layout, shell);
      roundTrip(client, layout.adds, layout.removes, (output) => expectMade(client, layout, output));
    },
  );

  test("a download that breaks off anywhere does nothing", () => {
    const client = machine(CUSTOM, shell);
    const before = client.tree();
    const cuts = Array.from({ length: 20 }, (_, index) => Math.floor((SCRIPT.length * index) / 20));
    for (const cut of [...cuts, SCRIPT.length - 2, SCRIPT.length - 6, SCRIPT.length - 12]) {
      client.runScript(SCRIPT.slice(0, cut), ADDRESS);
      expect(client.tree(), `cut off after ${cut} characters`).toEqual(before);
    }
  });
});

/** Each file holds what it must, and was announced before. */
function expectMade(client: Machine, layout: Expected, output: string): void {
  const [announced = ""] = output.split(/^(?:trust|names|variables): /m);
  for (const [path, pattern] of Object.entries(layout.made)) {
    expect(client.read(path)).toMatch(pattern);
    // Everybody's programs read them.
    expect(statSync(`${client.root}/${path}`).mode & 0o777).toBe(0o644);
    expect(announced).toContain(`/${path}`);
  }
  expect(announced).toContain("as root:\n");
  // Never the machine's whole DNS.
  if (layout.links === undefined) {
    expect(client.read("etc/resolv.conf")).toBe(
      layout.files?.["etc/resolv.conf"] ?? "search lan\nnameserver 192.0.2.1\n",
    );
  }
}

// Where there is none, npm run check says so.
const lintable = spawnSync("shellcheck", ["--version"]).error === undefined;

test.runIf(lintable)("shellcheck has nothing to say", () => {
  const result = spawnSync("shellcheck", ["-s", "sh", "-"], { input: SCRIPT, encoding: "utf8" });
  expect(result).toMatchObject({ status: 0, stdout: "", stderr: "" });
});
