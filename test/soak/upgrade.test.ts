/** Newer images of Opik over its data: under the same names, under another version, and one that ruins the data and does not come up. */
import { beforeAll, expect, test } from "vitest";
import { serveNewer } from "../lab/newer.ts";
import { as, listUnits, lostData, plantData } from "../lab/services.ts";
import { startFrom } from "../lab/start.ts";
import { host, putFile, tryHost } from "../lab/support.ts";

const LABEL = "upgrade";
const STACK = "/etc/install-quadlets/stack.yaml";
const TRACES = "http://localhost:8080/v1/private/traces";
const VERSION = "2.2.134";
const PARTS = ["backend", "python-backend", "frontend"] as const;

/** As a migration that goes wrong half-way: the rows are gone, and the backend does not start. */
const RUINS = `node -e 'import("/opt/lab/standins/opik-dependencies.mjs").then(async ({ mysql }) => {
  await mysql("DROP TABLE IF EXISTS lab_traces", "DELETE FROM projects");
  console.error("db migrate failed: half of it is done");
  process.exit(1);
})'; exit 1`;

const imageOf = (part: string) => `ghcr.io/comet-ml/opik/opik-${part}:${VERSION}`;

/** What of Opik's own images runs: the label of each. */
async function running(): Promise<readonly string[]> {
  const labels = PARTS.map((part) =>
    as("opik-user", "podman", "inspect", "--format", '{{index .Config.Labels "version"}}', `opik-${part}`),
  );
  return (await Promise.all(labels)).map((label) => label.trim());
}

async function traces(): Promise<readonly string[]> {
  const { content } = JSON.parse(await host("curl", "-fsS", "--max-time", "30", TRACES)) as {
    content: readonly { readonly name: string }[];
  };
  return content.map(({ name }) => name);
}

async function allIsWell(): Promise<void> {
  expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
  const verified = await tryHost("install-quadlets", "verify");
  expect(verified.code, verified.out + verified.err).toBe(0);
  expect(await host("ls", "-A", "/var/lib/opik")).not.toContain("before-run");
}

const write = (name: string) =>
  host(
    "curl",
    "-fsS",
    "-o",
    "/dev/null",
    "-H",
    "content-type: application/json",
    "-d",
    JSON.stringify({ name }),
    TRACES,
  );

startFrom("installed");

beforeAll(async () => {
  await plantData(LABEL);
  await write("of the first");
});

test("opik-manage upgrade: what was moved is named and runs on a copy's safety, and finds every row", async () => {
  for (const part of PARTS) await serveNewer({ image: imageOf(part), label: "second" });
  const before = await traces();
  const run = await tryHost("opik-manage", "upgrade", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  expect(run.out).toContain("copy the data of opik (mysql, redis, zookeeper, clickhouse/data, minio)");
  expect(run.err).toMatch(/ opik: traces: 2 before, 2 now$/m);
  expect(await running()).toEqual(["second", "second", "second"]);
  expect(await traces()).toEqual(before);
  expect(await lostData(LABEL)).toEqual([]);
  await allIsWell();
  expect((await tryHost("opik-manage", "upgrade", "--yes")).out).toContain("nothing to do");
});

test("another version, as stack.yaml says it: the same rows, and new ones beside them", async () => {
  for (const part of PARTS) await serveNewer({ image: imageOf(part), tag: "2.2.135", label: "third" });
  const before = await traces();
  await putFile(STACK, "services: { opik: { settings: { version: 2.2.135 } } }\n");
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  expect(await running()).toEqual(["third", "third", "third"]);
  await write("of the third");
  expect(await traces()).toEqual([...before, "of the third"]);
  expect(await lostData(LABEL)).toEqual([]);
  await allIsWell();
});

test("one whose backend ruins the rows and does not come up: images and rows of before are back by themselves", async () => {
  for (const part of PARTS)
    await serveNewer({
      image: imageOf(part),
      tag: "2.2.136",
      label: "fourth",
      ...(part === "backend" ? { entrypoint: RUINS } : {}),
    });
  const before = await traces();
  await putFile(STACK, "services: { opik: { settings: { version: 2.2.136 } } }\n");
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out).toBe(1);
  expect(run.err).toContain("everything was taken back");
  expect(run.err).toContain("half of it is done");
  expect(await running()).toEqual(["third", "third", "third"]);
  expect(await traces()).toEqual(before);
  expect(await lostData(LABEL)).toEqual([]);
  await putFile(STACK, "services: { opik: { settings: { version: 2.2.135 } } }\n");
  await allIsWell();
});

test("the same under the name that it has: opik-manage upgrade takes it back, too", async () => {
  await serveNewer({ image: imageOf("backend"), tag: "2.2.135", label: "fifth", entrypoint: RUINS });
  const before = await traces();
  const run = await tryHost("opik-manage", "upgrade", "--yes");
  expect(run.code, run.out).toBe(1);
  expect(run.err).toContain("everything was taken back");
  expect(await running()).toEqual(["third", "third", "third"]);
  expect(await traces()).toEqual(before);
  await allIsWell();
});
