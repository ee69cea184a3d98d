/** Data that are gone come back from a backup that was taken while somebody wrote, with the secrets that belong to them. */
import { describe, expect, test } from "vitest";
import { as, listUnits, lostData, plantData, secretsOf } from "./services.ts";
import { startFrom } from "./start.ts";
import { host, hostScript, tryHost } from "./support.ts";

interface Made {
  readonly result: string;
  readonly path: string;
  readonly manifest: { readonly counts: readonly { readonly name: string; readonly count: number | null }[] };
}

const TRACES = "http://localhost:8080/v1/private/traces";
const FOLDER = "/var/lib/install-quadlets/backups";

async function takeOf(service: string): Promise<Made> {
  const { code, out, err } = await tryHost("install-quadlets", "backup", service, "--json");
  expect(code, out + err).toBe(0);
  const [made] = (JSON.parse(out) as { backups: readonly Made[] }).backups;
  if (made === undefined) throw new Error(out);
  return made;
}

async function total(): Promise<number> {
  return (JSON.parse(await host("curl", "-fsS", "--max-time", "30", TRACES)) as { total: number }).total;
}

const down = async () => (await listUnits()).filter((unit) => !unit.up);

startFrom("installed");

describe("Opik", () => {
  let made: Made;
  let kept: number;

  test("is taken while somebody writes; it runs again, and the file is root's alone", async () => {
    await plantData("backup");
    const before = await total();
    const writing = hostScript(
      `for _ in $(seq 60); do curl -s --max-time 5 -H 'content-type: application/json' -d '{"name":"load"}' ${TRACES} || true; sleep 0.2; done`,
    );
    made = await takeOf("opik");
    await writing;
    expect(await down()).toEqual([]);
    const counts = new Map(made.manifest.counts.map(({ name, count }) => [name, count]));
    expect(counts.get("projects")).toBe(1);
    kept = counts.get("traces") ?? 0;
    expect(kept).toBeGreaterThanOrEqual(before);
    expect(await host("stat", "-c", "%a %U", made.path)).toBe("600 root");
    expect(await hostScript(`tar -tf ${made.path} | sort`)).toBe(
      [
        "about.json",
        "manifest.json",
        ...["clickhouse", "minio", "mysql", "redis", "zookeeper"].map((name) => `parts/${name}.tar`),
        "secrets.json",
      ].join("\n"),
    );
    const list = await host("install-quadlets", "backups", "--verify");
    expect(list).toMatch(/^opik .* whole, read to its end .*opik-.*\.backup\.tar$/m);
  });

  test("its data and its key are destroyed, and come back: rows, objects, owners", async () => {
    const secrets = await secretsOf("opik-user");
    const owners = await hostScript(
      "stat -c '%n %u:%g %a' /var/lib/opik/{mysql,redis,zookeeper,clickhouse/data,minio}",
    );
    await hostScript("rm -rf /var/lib/opik/{mysql,redis,zookeeper,clickhouse/data,minio}/*");
    await as("opik-user", "sh", "-c", "printf other | podman secret create --replace opik-encryption-key -");
    const { code, out, err } = await tryHost("install-quadlets", "restore", made.path, "--yes");
    expect(code, out + err).toBe(0);
    expect(err).toContain(`opik: traces: ${kept} in the backup, ${kept} now`);
    expect(await down()).toEqual([]);
    expect(await total()).toBe(kept);
    expect(await lostData("backup")).toEqual([]);
    expect(await secretsOf("opik-user")).toEqual(secrets);
    expect(await hostScript("stat -c '%n %u:%g %a' /var/lib/opik/{mysql,redis,zookeeper,clickhouse/data,minio}")).toBe(
      owners,
    );
    expect(await hostScript("find /var/lib/opik -name '*.before-restore'")).toBe("");
    // The host is as it was applied, the secrets among it.
    expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  });

  test("a reinstallation puts back what was changed and makes every container anew, on the same data", async () => {
    const containers = async () => {
      const listed = await as("opik-user", "podman", "ps", "--all", "--format", "{{.Names}} {{.ID}}");
      return new Map(listed.split("\n").map((line) => line.split(" ") as [string, string]));
    };
    const before = await containers();
    await hostScript("echo '# mine' >>/var/lib/opik/config/default.conf.template");
    const plan = await tryHost("opik-manage", "reinstall", "--dry-run");
    expect(plan.code, plan.out + plan.err).toBe(2);
    expect(plan.out).toContain("> restart opik-pod: made anew, as was asked for");
    const { code, out, err } = await tryHost("opik-manage", "reinstall", "--yes");
    expect(code, out + err).toBe(0);
    const after = await containers();
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect([...after].filter(([name, id]) => before.get(name) === id)).toEqual([]);
    expect(await down()).toEqual([]);
    expect(await total()).toBe(kept);
    expect(await lostData("backup")).toEqual([]);
    expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  });

  test("a file that is cut off is refused, and Opik goes on", async () => {
    await hostScript(`head -c 100000 ${made.path} >${FOLDER}/opik-2026-01-01T000000Z.backup.tar`);
    const answer = await tryHost(
      "install-quadlets",
      "restore",
      `${FOLDER}/opik-2026-01-01T000000Z.backup.tar`,
      "--yes",
    );
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("is cut off after 100000 bytes");
    expect(await down()).toEqual([]);
    expect(await total()).toBe(kept);
  });
});

test("a backup that is killed leaves nothing that the next one does not clear up", async () => {
  await hostScript(`
    install-quadlets backup opik & pid=$!
    until [ -e /var/lib/install-quadlets/backup-running.json ]; do sleep 0.05; done
    sleep 2; kill -KILL $pid; wait $pid || true
  `);
  await takeOf("open-webui");
  expect(await down()).toEqual([]);
  expect(await hostScript(`ls -A ${FOLDER} | grep '^\\.' || true`)).toBe("");
  expect((await tryHost("test", "-e", "/var/lib/install-quadlets/backup-running.json")).code).toBe(1);
});

test("Ctrl-C ends it with a sentence and one document for programs, and everything runs", async () => {
  const answer = await tryHost(
    "bash",
    "-c",
    "install-quadlets backup opik --json & pid=$!; until [ -e /var/lib/install-quadlets/backup-running.json ]; do sleep 0.05; done; sleep 1; kill -TERM $pid; wait $pid",
  );
  expect(answer.code).toBe(130);
  expect(answer.err).toContain("stopping: what was changed is put back first");
  expect(JSON.parse(answer.out)).toMatchObject({ version: 1, backups: [{ service: "opik", result: "failed" }] });
  expect(await down()).toEqual([]);
});
