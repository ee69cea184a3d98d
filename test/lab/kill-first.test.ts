/** A first installation is killed with SIGKILL again and again; running it once more ends where it should. */
import { beforeAll, expect, test } from "vitest";
import { expectConverged, finish, killInEach, type Phase, unpack } from "./kill.ts";
import { SMALL, startFrom } from "./start.ts";
import { lab, putFile, tryHost } from "./support.ts";

/** The other phases: kill-change.test.ts. Before every single change: test/soak/steps.test.ts. */
const KILLED: readonly Phase[] = [
  "creating users",
  "keeping a copy of this program",
  "starting user managers",
  "pulling images",
  "starting services",
];

startFrom("bare");

beforeAll(async () => {
  const delivered = await lab(["install", "--version"]);
  expect(delivered.code, delivered.err).toBe(0);
  await unpack();
  // Opik's nine images and its long start are left to the other file about kills.
  await putFile("/etc/install-quadlets/stack.yaml", SMALL);
});

test("converges, killed as one phase after the other begins", async () => {
  expect(await killInEach(KILLED, 0)).toEqual(KILLED);
  await finish();
  await expectConverged();
});

test("has made each thing once", async () => {
  const names = ["nginx-user", "dnsmasq-user", "vllm-user", "webui-user"];
  for (const file of ["passwd", "group", "subuid", "subgid"]) {
    const found = await tryHost("cut", "-d:", "-f1", `/etc/${file}`);
    const ours = found.out.split("\n").filter((name) => name.endsWith("-user"));
    expect(ours.sort(), file).toEqual([...names].sort());
  }
  const builds = await tryHost("ls", "/usr/local/lib/install-quadlets");
  expect(builds.out.split("\n")).toHaveLength(1);
  const key = await tryHost(
    "sh",
    "-c",
    "cd /; openssl x509 -in /var/lib/nginx-proxy/www/ca.crt -noout -fingerprint; openssl x509 -in /var/lib/install-quadlets/ca/ca.crt -noout -fingerprint",
  );
  expect(new Set(key.out.split("\n")).size).toBe(1);
  // The same key in both: the copy was made from the original that is there now.
  const models = await tryHost("curl", "-sS", "--fail", "http://localhost:3000/api/models");
  expect(models.out).toContain('"qwen"');
});
