/** Secrets are listed by name and get other values, where databases keep them too, without losing what these hold. */
import { beforeAll, describe, expect, test } from "vitest";
import { type LOGINS, opens } from "./logins.ts";
import { forNobody, inArguments, inFiles, inJournal } from "./search.ts";
import { lostData, plantData, restartedBy, restartedWhile, secretsOf, tryAs } from "./services.ts";
import { startFrom } from "./start.ts";
import { type Answer, host, hostScript, lab, putFile, tryHost } from "./support.ts";

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

describe("given by the site", () => {
  const NAME = "vllm-qwen/hf-token";
  const FIRST = "hf_LabFirstValueOfTheSite0001";
  const SECOND = "hf_LabSecondValueOfTheSite0002";
  const TYPED = "hf_LabTypedValueOfTheSite0003";
  const KEPT = "/var/lib/install-quadlets/kept-secrets";

  function set(name: string, value: string): Promise<Answer> {
    return lab(["exec", "--", "install-quadlets", "secrets", "set", name], { input: value });
  }

  const inContainer = async () => (await tryAs("vllm-user", "podman", "exec", "vllm-qwen", "printenv", "HF_TOKEN")).out;

  const settled = async () =>
    expect(await host("install-quadlets", "--yes")).toBe("nothing to do: the host is as configured");

  /** Where only root reads, and there only, may a former one lie. */
  async function expectNowhere(values: readonly string[]): Promise<void> {
    expect(await inFiles(values, KEPT)).toBe("");
    expect(await inJournal(values)).toBe("0");
    expect(await inArguments(values)).toBe("");
    expect(await forNobody(values)).toBe("");
    expect(await hostScript(`find ${KEPT} ! -user root -o -perm /077 2>/dev/null || true`)).toBe("");
  }

  test.each([
    ["an empty value", NAME, "\n", "it is empty"],
    ["two lines", NAME, "hf_one\nhf_two\n", "more than one line"],
    ["one that is made here", "opik/mysql", FIRST, "sudo install-quadlets secrets rotate opik/mysql"],
    ["one that follows", "open-webui/vllm-key", FIRST, "sudo install-quadlets secrets rotate vllm-qwen/api-key"],
    ["one that there is not", "vllm-qwen/token", FIRST, "install-quadlets secrets list names them"],
  ])("refused, and nothing changes: %s", async (_, name, value, says) => {
    const before = await host("install-quadlets", "history", "--json");
    const answer = await set(name, value);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(says);
    expect(answer.out + answer.err).not.toMatch(/hf_/);
    expect(await host("install-quadlets", "history", "--json")).toBe(before);
  });

  test("its container has it, nobody else is restarted, and the same again is nothing", async () => {
    expect(await inContainer()).toBe("");
    let said = "";
    const restarted = await restartedWhile(async () => {
      const answer = await set(NAME, `${FIRST}\n`);
      expect(answer.code, answer.err).toBe(0);
      said = answer.out + answer.err;
    });
    expect(restarted).toEqual(["vllm-qwen.service"]);
    expect(await inContainer()).toBe(FIRST);
    expect(said).toContain("Secret=vllm-qwen-hf-token,type=env,target=HF_TOKEN");
    expect(said).not.toContain(FIRST);
    expect((await set(NAME, FIRST)).out).toBe("nothing to do: it has that value");
    await settled();
    await expectNowhere([FIRST]);
  });

  test("another one, and the way back to the former", async () => {
    expect(await restartedWhile(() => set(NAME, SECOND))).toEqual(["vllm-qwen.service"]);
    expect(await inContainer()).toBe(SECOND);
    await expectNowhere([FIRST, SECOND]);
    const back = () => host("install-quadlets", "rollback", "--yes");
    expect(await restartedWhile(back)).toEqual(["vllm-qwen.service"]);
    expect(await inContainer()).toBe(FIRST);
    await back();
    expect(await inContainer()).toBe("");
    expect((await secretsOf("vllm-user")).has("vllm-qwen-hf-token")).toBe(false);
    await settled();
    expect((await tryHost("ls", KEPT)).out).toBe("");
  });

  test("typed at a terminal: nothing of it is seen", async () => {
    const script = `IFS= read -r value
      coproc script -qec 'install-quadlets secrets set ${NAME} --yes' /dev/null
      seen=; while [[ $seen != *"not shown): " ]]; do IFS= read -r -N1 letter <&"\${COPROC[0]}"; seen+=$letter; done
      printf '%s\\r' "$value" >&"\${COPROC[1]}"
      printf '%s' "$seen"; cat <&"\${COPROC[0]}"`;
    const answer = await lab(["exec", "--", "bash", "-c", script], { input: `${TYPED}\n` });
    expect(answer.out, answer.err).toContain("everything is as configured and healthy");
    expect(answer.out).not.toContain("hf_");
    expect(await inContainer()).toBe(TYPED);
    await expectNowhere([TYPED]);
  });

  test("unset: its container starts without it", async () => {
    expect(await restartedWhile(() => host("install-quadlets", "secrets", "unset", NAME, "--yes"))).toEqual([
      "vllm-qwen.service",
    ]);
    expect(await inContainer()).toBe("");
    expect(await host("install-quadlets", "secrets", "unset", NAME)).toBe(`nothing to do: ${NAME} is not set`);
  });

  test("one that its service needs: no run without it, given before the first, and there again when its service is", async () => {
    const stack = (enabled: boolean) =>
      putFile("/etc/install-quadlets/stack.yaml", `services: { keyed: { enabled: ${enabled} } }\n`);
    await putFile(
      "/etc/install-quadlets/services/keyed.yaml",
      `description: wants a key
account: { user: keyed-user, home: /var/lib/keyed }
secrets:
  key: { supplied: { description: the key of a provider } }
containers:
  keyed: { image: "docker.io/lab/echo:1", secrets: [{ secret: key, env: API_KEY }], listens: [8080] }
`,
    );
    await stack(true);
    const refused = await tryHost("install-quadlets", "--yes");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      "services/keyed.yaml:4:3 secrets.key: keyed/key has no value yet, and only you can give it: the key of a provider",
    );
    expect(refused.err).toContain("hint: sudo install-quadlets secrets set keyed/key");
    expect((await tryHost("id", "keyed-user")).code).toBe(1);
    expect((await set("keyed/key", SECOND)).out).toContain("keyed/key is kept where only root reads it");
    await expectNowhere([SECOND]);
    const key = () =>
      hostScript(`cd / && XDG_RUNTIME_DIR=/run/user/$(id -u keyed-user) HOME=/var/lib/keyed \\
        setpriv --reuid keyed-user --regid keyed-user --init-groups podman exec keyed printenv API_KEY`);
    await host("install-quadlets", "--yes");
    expect(await key()).toBe(SECOND);
    await stack(false);
    await host("install-quadlets", "--yes");
    await stack(true);
    await host("install-quadlets", "--yes");
    expect(await key()).toBe(SECOND);
    await settled();
    // Nothing waits there any more; what lies there still is for a rollback.
    const kept = (await tryHost("ls", KEPT)).out.split("\n").filter((name) => name.includes("keyed"));
    for (const name of kept) expect(name).toMatch(/^keyed-user-keyed-key\.run-\d+$/);
  });
});
