/** A new person's path on a host without what rootless podman needs: init, apply, a token, in three commands. */
import { beforeAll, expect, test } from "vitest";
import { block } from "../support/readme.ts";
import { giveRepository } from "./packages.ts";
import { waitUntilUp } from "./services.ts";
import { startFrom } from "./start.ts";
import { type Answer, fingerprintOfHost, host, hostScript, lab, tryHost } from "./support.ts";

const PACKAGES = ["uidmap", "passt", "dbus-user-session", "catatonit", "nftables"];
const STACK = "/etc/install-quadlets/stack.yaml";

startFrom("bare");

let dryRun: Answer;
let refused: Answer;
let init: Answer;
let apply: Answer;
let before: string;
let after: string;

beforeAll(async () => {
  await giveRepository(PACKAGES);
  await host("apt-get", "remove", "--yes", "-o", "APT::AutoRemove::RecommendsImportant=false", ...PACKAGES);
  await lab(["install", "--version"]);
  // nft is among what is gone, and the picture of the host asks it.
  await hostScript("printf '#!/bin/sh\\n' >/usr/local/bin/nft; chmod 755 /usr/local/bin/nft");
  before = await fingerprintOfHost();
  await hostScript("mv /usr/local/bin/nft /root/nft");
  dryRun = await lab(["install", "--dry-run"]);
  refused = await lab(["install", "--yes", "--no-packages"]);
  await hostScript("mv /root/nft /usr/local/bin/nft");
  after = await fingerprintOfHost();
  await hostScript("rm /usr/local/bin/nft");
  init = await lab(["install", "init", "--yes"]);
  apply = await lab(["install", "--yes"]);
});

test("a dry run shows the packages, says that this is the first part, and changes nothing", () => {
  expect(dryRun.code, dryRun.err).toBe(2);
  expect(dryRun.out).toMatch(/\+ packages .*: rootless podman needs newuidmap, .*, which are not installed/);
  for (const name of PACKAGES) expect(dryRun.out).toContain(name);
  expect(dryRun.out).toContain("then all else is planned, and shown");
  expect(after).toBe(before);
});

test("--no-packages is the error that it was, with the command", () => {
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/error: rootless podman needs newuidmap, .*, which are not installed/);
  expect(refused.err).toMatch(/hint: sudo apt-get install --yes .*uidmap.*passt/);
});

test("init writes a stack for the GPU that is there, and names the next command", async () => {
  expect(init.code, init.err).toBe(0);
  expect(init.err).toContain("GPU       NVIDIA H100 80GB HBM3, 79.6 GiB");
  expect(init.out).toContain(`written: ${STACK}`);
  expect(init.err).toMatch(/next: sudo npx install-quadlets shows what it would do/);
  expect(await host("stat", "--format=%U:%G %a", STACK)).toBe("root:root 644");
  expect(await host("cat", STACK)).toContain("model: Qwen/Qwen3-30B-A3B-Instruct-2507");
});

test("one apply later everything runs", async () => {
  expect(apply.code, `${apply.out}\n${apply.err}`).toBe(0);
  expect(apply.err).toContain("installing packages");
  expect(await waitUntilUp(120)).toEqual([]);
  for (const name of PACKAGES)
    expect(await host("dpkg", "--status", name), name).toContain("Status: install ok installed");
});

test("the README's transcript of it is what was said, shortened", () => {
  const said = `${apply.out}\n${apply.err}`.split("\n");
  const [run = "", ...lines] = block("Install", "$ sudo npx install-quadlets\n").split("\n");
  expect(run).toBe("$ sudo npx install-quadlets");
  const again = lines.indexOf(run);
  // Nobody is asked with --yes, and the lab has the images at hand.
  const shown = lines.slice(0, again).filter((line) => !/^ *(\.\.\.)?$|\? \[y\/N\]|^ {2}\+ image /.test(line));
  expect(shown.length).toBeGreaterThan(15);
  // What stands for something longer, and the fingerprint, which is another on each host.
  const patterns = shown.map((line) => ({ line, like: asPattern(line) }));
  expect(patterns.filter(({ like }) => !said.some((words) => like.test(words))).map(({ line }) => line)).toEqual([]);
});

test("and a token comes, asked as the README asks", async () => {
  const command = block("Install", "curl -fsS http://127.0.0.1:8000").replace("sudo ", "");
  const answer = JSON.parse(await hostScript(command));
  expect(answer.choices[0].message.content).not.toBe("");
});

test("it is two runs; a second apply has nothing to do, and a second init touches nothing", async () => {
  const runs = JSON.parse(await host("install-quadlets", "history", "--json"));
  expect(JSON.stringify(runs).match(/"result":"done"/g)).toHaveLength(2);
  expect(JSON.parse(await host("cat", "/var/lib/install-quadlets/applied.json")).packages).toEqual(
    [...PACKAGES].sort(),
  );
  expect((await tryHost("install-quadlets")).out).toContain("nothing to do");
  const again = await tryHost("install-quadlets", "init", "--yes");
  expect(again.code).toBe(1);
  expect(again.err).toContain(`${STACK}: is there already, and was not touched`);
});

test("the packages stay when the runs are taken back, and that is said", async () => {
  const back = await tryHost("install-quadlets", "rollback", "0", "--yes");
  expect(back.code, back.err).toBe(0);
  expect(back.out).toContain(`packages stay: ${[...PACKAGES].sort().join(", ")}`);
  expect(await host("dpkg", "--status", "passt")).toContain("Status: install ok installed");
});

/** "..." stands for anything, a byte of a fingerprint for any other. */
function asPattern(line: string): RegExp {
  const literal = line.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const loose = literal.replaceAll("\\.\\.\\.", ".*").replace(/[0-9A-F]{2}(?=:)|(?<=:)[0-9A-F]{2}$/g, "[0-9A-F]{2}");
  return new RegExp(`^${loose}$`);
}
