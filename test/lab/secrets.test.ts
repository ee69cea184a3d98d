/** Secrets are listed by name and get other values, where databases keep them too, without losing what these hold. */
import { beforeAll, describe, expect, test } from "vitest";
import { type LOGINS, opens } from "./logins.ts";
import { as, lostData, plantData, restartedBy, restartedWhile, secretsOf, tryAs } from "./services.ts";
import { startFrom } from "./start.ts";
import { host, hostScript, lab, tryHost } from "./support.ts";

const LABEL = "secrets";

interface Listed {
  readonly name: string;
  readonly what: string;
  readonly readers: readonly string[];
  readonly there: boolean;
}

/** The API key is read from standard input, so that it shows nowhere. */
async function modelsWith(key: string | undefined): Promise<string> {
  const script = `printf 'header = "Authorization: Bearer %s"' '${key}' | curl -s -o /dev/null -w '%{http_code}' -K - http://127.0.0.1:8000/v1/models`;
  return hostScript(script);
}

function rotate(...names: readonly string[]): Promise<readonly string[]> {
  return restartedBy("install-quadlets", "secrets", "rotate", ...names, "--yes");
}

startFrom("installed");

beforeAll(async () => {
  await plantData(LABEL);
});

test("the list names each, what it is made from and who reads it, and shows no value", async () => {
  const text = await host("install-quadlets", "secrets", "list", "--json");
  const { secrets } = JSON.parse(text) as { secrets: readonly Listed[] };
  expect(secrets).toContainEqual(
    expect.objectContaining({
      name: "open-webui/vllm-key",
      what: "the same as vllm-qwen/api-key",
      readers: ["open-webui"],
    }),
  );
  expect(secrets).toContainEqual(
    expect.objectContaining({ name: "opik/mysql", readers: expect.arrayContaining(["opik-mysql", "opik-backend"]) }),
  );
  expect(secrets.filter((secret) => !secret.there).map(({ name, what }) => [name, what])).toEqual([
    ["vllm-qwen/hf-token", "not set (optional)"],
  ]);
  const table = await host("install-quadlets", "secrets", "list");
  const values = [...(await secretsOf("opik-user")).values(), ...(await secretsOf("vllm-user")).values()];
  expect(values.length).toBeGreaterThan(8);
  expect(values.filter((value) => `${text}${table}`.includes(value))).toEqual([]);
});

test("one is shown on request, to root", async () => {
  const value = (await secretsOf("dnsmasq-user")).get("dnsmasq-admin-password");
  expect(await host("install-quadlets", "secrets", "show", "dnsmasq/admin-password")).toBe(value);
  const other = await tryAs("webui-user", "install-quadlets", "secrets", "show", "dnsmasq/admin-password");
  expect(other.code).toBe(77);
  expect(other.out).toBe("");
});

test.each([
  ["opik/encryption-key", "must keep its value"],
  ["opik/redis-url", "made from opik/redis"],
  ["open-webui-vllm-key", "the same as vllm-qwen/api-key"],
  ["vllm-qwen/hf-token", "sudo install-quadlets secrets set vllm-qwen/hf-token"],
  ["opik/nothing", "there is no secret"],
])("%s is not rotated: %s", async (name, reason) => {
  const answer = await tryHost("install-quadlets", "secrets", "rotate", name, "--yes");
  expect(answer.code).toBe(1);
  expect(answer.err).toContain(reason);
});

describe("another value", () => {
  test("for the key of the model server: who has a copy gets it, the former is refused", async () => {
    const former = (await secretsOf("vllm-user")).get("vllm-qwen-api-key");
    expect(await modelsWith(former)).toBe("200");
    expect(await rotate("vllm-qwen/api-key")).toEqual(["open-webui.service", "vllm-qwen.service"]);
    expect(await modelsWith(former)).toBe("401");
    expect(await modelsWith((await secretsOf("vllm-user")).get("vllm-qwen-api-key"))).toBe("200");
    expect(await host("curl", "-sS", "--fail", "http://localhost:3000/api/models")).toContain('"qwen"');
    expect((await tryHost("grep", "-rqF", former ?? "", "/var/lib/install-quadlets", "/etc")).code).toBe(1);
  });

  test.each<[string, readonly (keyof typeof LOGINS)[], readonly string[], readonly string[]]>([
    [
      "for the passwords that MySQL keeps in its data: it is told, and has all it had",
      ["opik-mysql", "opik-mysql-root"],
      [],
      ["opik-backend.service", "opik-mysql.service"],
    ],
    [
      "for Redis, ClickHouse and MinIO: what is composed of it follows",
      ["opik-redis", "opik-clickhouse", "opik-minio"],
      ["opik-minio-host", "opik-redis-conf", "opik-redis-url", "opik-redis-worker-url"],
      ["opik-backend.service", "opik-clickhouse.service", "opik-minio.service", "opik-redis.service"],
    ],
  ])("%s; the former is refused", async (_, names, following, starting) => {
    const before = await secretsOf("opik-user");
    for (const name of names) expect(await opens(name), name).toBe(true);
    const restarted = await rotate(...names.map((name) => name.replace("-", "/")));
    expect(restarted).toEqual(expect.arrayContaining([...starting]));
    expect(restarted.filter((unit) => !unit.startsWith("opik-"))).toEqual([]);
    const after = await secretsOf("opik-user");
    const changed = [...after.keys()].filter((name) => after.get(name) !== before.get(name)).sort();
    expect(changed).toEqual([...names, ...following].sort());
    for (const name of names) {
      expect(await opens(name), `${name} as it is now`).toBe(true);
      expect(await opens(name, before.get(name)), `${name} as it was`).toBe(false);
    }
    expect(await lostData(LABEL)).toEqual([]);
  });

  test("for a password, killed between the database and podman: the next run ends it", async () => {
    // Before each other change: test/soak/rotate.test.ts.
    const script = `INSTALL_QUADLETS_FAULT=kill:12 install-quadlets secrets rotate opik/mysql-root --yes || echo "ended with $?"`;
    expect(await hostScript(script)).toContain("ended with 137");
    const next = await tryHost("install-quadlets", "--yes");
    expect(next.code, next.err).toBe(0);
    expect(await opens("opik-mysql-root")).toBe(true);
    expect(await host("install-quadlets", "--yes")).toBe("nothing to do: the host is as configured");
    expect(
      await hostScript(
        "ls -A /var/lib/install-quadlets/kept-secrets 2>/dev/null | grep -E '[.](next|former)$' || true",
      ),
    ).toBe("");
  });
});

describe("one that data were made with, and that podman lost", () => {
  const NAME = "opik-mysql";
  let former: string;

  test("leaves its service as it is: nothing is made in its place, and nothing starts anew", async () => {
    former = (await secretsOf("opik-user")).get(NAME) ?? "";
    await as("opik-user", "podman", "secret", "rm", NAME);
    const restarted = await restartedWhile(async () => {
      const { code, out, err } = await tryHost("install-quadlets", "--yes");
      expect(code, out + err).toBe(1);
      expect(err).toMatch(/opik .*its secret opik-mysql is gone, and its data were made with the value/);
      expect(err).toContain(`sudo install-quadlets secrets set ${NAME}`);
      expect(out + err).not.toContain(former);
    });
    expect(restarted).toEqual([]);
    expect((await secretsOf("opik-user")).has(NAME)).toBe(false);
    expect((await tryHost("install-quadlets", "verify")).out).toMatch(/^ *aside +opik +its secret opik-mysql is gone/m);
  });

  test("comes back from whoever knows the value, and the database opens with it", async () => {
    const given = await lab(["exec", "--", "install-quadlets", "secrets", "set", NAME], { input: former });
    expect(given.code, given.err).toBe(0);
    expect((await restartedBy("install-quadlets", "--yes")).filter((unit) => !unit.startsWith("opik-"))).toEqual([]);
    expect((await secretsOf("opik-user")).get(NAME)).toBe(former);
    expect(await opens(NAME)).toBe(true);
    expect(await lostData(LABEL)).toEqual([]);
    expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
    expect((await tryHost("svc", "status")).code).toBe(0);
  });
});
