/** The lab itself: what was shut down properly is kept, copies of it boot, and anything else is refused in a sentence. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { startFrom } from "./start.ts";
import { type Answer, host, LAB, lab, labName } from "./support.ts";

startFrom("bare");

const saved = `${labName()}-kept`;
const copy = { LAB_NAME: `${labName()}-copy`, LAB_FROM: saved };
const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "install-quadlets-lab");

function expectRefused(answer: Answer, ...says: readonly string[]): void {
  expect(answer.code, answer.err).toBe(1);
  for (const text of says) expect(answer.err).toContain(text);
}

afterAll(async () => {
  await lab(["down"], { env: copy });
  await lab(["forget", saved]);
});

test("a lab that runs, or that was only killed, is not saved", async () => {
  expectRefused(await lab(["save", saved]), `lab ${labName()} is running`, "hint: scripts/lab stop");
  await lab(["exec", "--", "sh", "-c", "echo kept >/root/kept; kill -s RTMIN+14 1"]);
  await expect.poll(async () => (await lab(["status"])).out, { timeout: 300_000 }).toContain("host: not running");
  await lab(["stop"]);
  expectRefused(await lab(["save", saved]), "was not shut down properly");
  expect((await lab(["saved"])).out.split("\n")).not.toContain(saved);
});

test("a full disk leaves nothing that could be booted", async () => {
  expect((await lab(["up"])).code).toBe(0);
  expect((await lab(["stop"])).code).toBe(0);
  const directory = mkdtempSync(join(tmpdir(), "small-"));
  const script = `mount -t tmpfs -o size=2m none "$0"; XDG_CACHE_HOME="$0" "$1" save "$2"; echo "exit $?"; find "$0" -name 'host-*' ! -name '*.lock'`;
  const { stdout, stderr } = await execa("unshare", ["--mount", "sh", "-c", script, directory, LAB, saved], {
    env: { LAB_NAME: labName() },
  });
  rmSync(directory, { recursive: true });
  expect(stdout).toBe("exit 1");
  expect(stderr).toMatch(/No space left on device/);
  expect(stderr).toContain("lab: error: the files could not be copied");
});

test("a copy has what was saved, and is nobody's but its own", async () => {
  expect(await lab(["save", saved])).toMatchObject({ code: 0 });
  const up = await lab(["up"], { env: copy });
  expect(up.code, up.err).toBe(0);
  expect((await lab(["exec", "--", "cat", "/root/kept"], { env: copy })).out).toBe("kept");
  expectRefused(await lab(["up"], { env: copy }), `there is a lab ${copy.LAB_NAME} already`);
  await lab(["exec", "--", "rm", "/root/kept"], { env: copy });
  expect((await lab(["up"])).code).toBe(0);
  expect(await host("cat", "/root/kept")).toBe("kept");
});

test("what is not there, or was made of something else, is not booted", async () => {
  await lab(["down"], { env: copy });
  expectRefused(await lab(["up"], { env: { ...copy, LAB_FROM: "nope" } }), "there is no saved host nope");
  const sources = join(CACHE, `host-${process.env["LAB_RELEASE"] ?? "trixie"}-${saved}`, "sources");
  writeFileSync(sources, readFileSync(sources, "utf8").replace(/^.*/, "/another-base"));
  expectRefused(await lab(["up"], { env: copy }), `the saved host ${saved} was made of another base system`);
  expect((await lab(["status"], { env: copy })).code).toBe(3);
  expectRefused(await lab(["save", "installed"]), "is the name of a state that the lab makes itself");
});
