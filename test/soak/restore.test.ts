/** Backups are restored on a host that was installed apart from the one that they were taken on: rows, objects, people's notes and secrets. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOGINS, opens } from "../lab/logins.ts";
import { listUnits, lostData, plantData, secretsOf, waitUntilUp } from "../lab/services.ts";
import { startFrom } from "../lab/start.ts";
import { host, hostScript, LAB, lab, labName, tryHost } from "../lab/support.ts";

const LABEL = "restore";
const SERVICES = ["opik", "open-webui"] as const;
const NOTES = "http://localhost:3000/api/lab/notes";
const TRACES = "http://localhost:8080/v1/private/traces";
/** Of vLLM, whose data come from elsewhere and are in no backup. */
const NOT_DATA = ["/var/lib/vllm/huggingface", "/var/lib/vllm/cache/vllm"].map((path) => `${path}/lab-kept-${LABEL}`);

const folder = mkdtempSync(join(tmpdir(), "backups-"));
let files: readonly string[];
let before: Seen;

interface Seen {
  readonly opik: ReadonlyMap<string, string>;
  readonly key: string | undefined;
  readonly traces: number;
  readonly notes: string;
  readonly uid: string;
}

async function look(): Promise<Seen> {
  const { total } = JSON.parse(await host("curl", "-fsS", "--max-time", "30", TRACES)) as { total: number };
  return {
    opik: await secretsOf("opik-user"),
    key: (await secretsOf("webui-user")).get("open-webui-secret-key"),
    traces: total,
    notes: await host("curl", "-fsS", NOTES),
    uid: await host("id", "-u", "opik-user"),
  };
}

async function take(service: string): Promise<string> {
  const { backups } = JSON.parse(await host("install-quadlets", "backup", service, "--json")) as {
    backups: readonly { readonly path: string }[];
  };
  const path = backups[0]?.path ?? "";
  const file = join(folder, basename(path));
  const options = { env: { LAB_NAME: labName() }, stdin: "ignore", stdout: { file }, buffer: false } as const;
  await execa(LAB, ["exec", "--", "cat", path], options);
  return file;
}

const down = async () => (await listUnits()).filter((unit) => !unit.up);

startFrom("installed");

beforeAll(async () => {
  await plantData(LABEL);
  await hostScript(`curl -fsS -d 'a note' ${NOTES}; for _ in 1 2 3; do
    curl -fsS -o /dev/null -H 'content-type: application/json' -d '{"name":"more"}' ${TRACES}; done`);
  before = await look();
  files = [await take("opik"), await take("open-webui")];
});

afterAll(() => rmSync(folder, { recursive: true }));

test("another host, with values and users of its own", async () => {
  await lab(["down"]);
  expect(await lab(["up"])).toMatchObject({ code: 0 });
  // Whose number the account of Opik had there.
  await host("useradd", "--no-create-home", "--uid", before.uid, "somebody");
  expect(await lab(["install", "--yes"])).toMatchObject({ code: 0 });
  expect(await waitUntilUp(600)).toEqual([]);
  const fresh = await look();
  expect(fresh.uid).not.toBe(before.uid);
  expect(fresh.key).not.toBe(before.key);
  expect([...fresh.opik.keys()].sort()).toEqual([...before.opik.keys()].sort());
  expect([...fresh.opik].filter(([name, value]) => before.opik.get(name) === value)).toEqual([]);
  expect([fresh.traces, fresh.notes]).toEqual([0, "[]"]);
  expect(await lostData(LABEL)).not.toEqual(NOT_DATA);
});

test.each(SERVICES)("the backup of %s is restored there, and all of it runs", async (service) => {
  const file = files[SERVICES.indexOf(service)] ?? "";
  const path = `/root/${basename(file)}`;
  await execa(LAB, ["exec", "--", "sh", "-c", 'umask 077; cat >"$0"', path], {
    env: { LAB_NAME: labName() },
    inputFile: file,
  });
  const { code, out, err } = await tryHost("install-quadlets", "restore", path, "--yes");
  expect(code, out + err).toBe(0);
  expect(await down()).toEqual([]);
});

test("it has all of it: rows, objects, notes, owners, and the values that they were made with", async () => {
  const { uid: _, ...now } = await look();
  const { uid: __, ...then } = before;
  expect(now).toEqual(then);
  expect(await lostData(LABEL)).toEqual(NOT_DATA);
  for (const name of Object.keys(LOGINS) as (keyof typeof LOGINS)[]) expect(await opens(name), name).toBe(true);
  const status = await tryHost("svc", "status");
  expect(status.code, status.out).toBe(0);
  const verified = await tryHost("install-quadlets", "verify");
  expect(verified.code, verified.out + verified.err).toBe(0);
});
