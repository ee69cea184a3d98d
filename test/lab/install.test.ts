/** One command, the default stack, on a host that never had us. */
import { beforeAll, describe, expect, test } from "vitest";
import { statusSchema } from "../../src/config/schema/status.ts";
import { expectAccepted, ignoredLines } from "./generator.ts";
import { forNobody, inArguments, inFiles, inJournal, NOBODY, search } from "./search.ts";
import { as, CONTAINERS, HOMES, listUnits, secretsOf, tryAs, USERS } from "./services.ts";
import { startFrom } from "./start.ts";
import { type Answer, host, hostScript, LAN_ADDRESS, lab, TAILNET_ADDRESS, tryHost } from "./support.ts";

startFrom("bare");

let install: Answer;

beforeAll(async () => {
  // npm pack here, npx there: as a user would.
  install = await lab(["install", "--yes"]);
});

test("it ends with exit code 0 and says where everything is", () => {
  expect(install.code, install.err).toBe(0);
  expect(install.out).toContain("https://webui.liminati.internal");
  expect(install.out).toContain(`curl -fsS http://${TAILNET_ADDRESS}:8081/install-client.sh`);
});

describe("accounts", () => {
  test("five system users who cannot log in and whose services start at boot", async () => {
    const lines = (await host("getent", "passwd", ...USERS)).split("\n").map((line) => line.split(":"));
    expect(lines.map(([name]) => name)).toEqual([...USERS]);
    for (const [name = "", , uid = "", gid, , home, shell] of lines) {
      expect(Number(uid), name).toBeLessThan(1000);
      expect(Number(uid), name).toBeGreaterThan(0);
      expect(gid, name).toBe(uid);
      expect([home, shell], name).toEqual([HOMES[name as keyof typeof HOMES], "/usr/sbin/nologin"]);
    }
    const status = await host("passwd", "--status", "--all");
    for (const user of USERS) expect(status, user).toMatch(new RegExp(`^${user} L `, "m"));
    const linger = (await host("ls", "/var/lib/systemd/linger")).split("\n");
    expect(linger.sort()).toEqual([...USERS].sort());
  });

  test.each(["/etc/subuid", "/etc/subgid"])("%s gives each its own 65536 ids", async (file) => {
    const ranges = (await host("cat", file))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split(":"))
      .map(([owner = "", start, count]) => ({ owner, start: Number(start), count: Number(count) }))
      .sort((a, b) => a.start - b.start);
    expect(ranges.map((range) => range.owner)).toEqual(expect.arrayContaining([...USERS]));
    for (const [index, range] of ranges.entries()) {
      expect(range.count).toBe(65_536);
      const next = ranges[index + 1];
      if (next !== undefined)
        expect(range.start + range.count, `${range.owner} ${next.owner}`).toBeLessThanOrEqual(next.start);
    }
  });
});

describe("directories and files", () => {
  /** Owners as the container sees them: 0 is the service user, n the (n-1)th subordinate id. */
  const TREES = {
    "nginx-user": [
      "711 0:0 .",
      "755 0:0 config",
      "750 0:101 tls",
      "640 0:101 tls/leaf.key",
      "644 0:101 tls/leaf.crt",
      "755 0:0 www",
    ],
    "dnsmasq-user": ["711 0:0 .", "755 0:0 config", "644 0:0 config/dnsmasq.conf", "750 65534:65534 log"],
    "vllm-user": [
      "711 0:0 .",
      "750 0:0 huggingface",
      "750 0:0 cache",
      "750 0:0 cache/vllm",
      "750 0:0 cache/triton",
      "750 0:0 cache/flashinfer",
    ],
    "webui-user": ["711 0:0 .", "750 0:0 data"],
    "opik-user": [
      "711 0:0 .",
      "700 999:999 mysql",
      "700 999:1000 redis",
      "700 1000:1000 zookeeper",
      "700 1000:1000 zookeeper/data",
      "700 1000:1000 zookeeper/datalog",
      "750 0:101 clickhouse",
      "700 101:101 clickhouse/data",
      "700 101:101 clickhouse/logs",
      "750 0:101 clickhouse/config",
      "700 1001:1001 minio",
      "755 0:0 config",
    ],
  } as const;

  test.each(USERS)("the tree of %s has the owners that its images run as", async (user) => {
    const uid = Number(await host("id", "-u", user));
    const start = Number((await host("grep", `^${user}:`, "/etc/subuid")).split(":")[1]);
    expect(await host("grep", `^${user}:${start}:`, "/etc/subgid")).not.toBe("");
    const real = (id: string) => (id === "0" ? uid : start + Number(id) - 1);
    const wanted = TREES[user].map((line) => {
      const [mode, owner = "", path] = line.split(" ");
      const [u = "", g = ""] = owner.split(":");
      return `${mode} ${real(u)}:${real(g)} ${path}`;
    });
    const paths = TREES[user].map((line) => line.split(" ")[2] ?? "");
    const found = await hostScript(`cd ${HOMES[user]} && stat --printf '%a %u:%g %n\\n' ${paths.join(" ")}`);
    expect(found.split("\n").filter((line) => line !== "")).toEqual(wanted);
  });

  test("the units belong to root, and their user cannot change them", async () => {
    const foreign = await hostScript(
      "find /etc/containers /etc/systemd/system /usr/local/bin /usr/local/lib/install-quadlets /usr/local/share/{bash-completion,zsh,fish,man/man1} ! -type l \\( ! -user root -o ! -group root -o -perm /022 \\)",
    );
    expect(foreign).toBe("");
    for (const user of USERS) {
      const directory = `/etc/containers/systemd/users/${await host("id", "-u", user)}`;
      const [file] = (await host("ls", directory)).split("\n");
      const before = await host("sha256sum", `${directory}/${file}`);
      for (const attempt of [
        `echo >>${directory}/${file}`,
        `: >${directory}/evil.container`,
        `mv ${directory} ${directory}.old`,
      ]) {
        const answer = await tryAs(user, "sh", "-c", attempt);
        expect(answer.code, `${user}: ${attempt}`).not.toBe(0);
        expect(answer.err).toContain("Permission denied");
      }
      expect(await host("sha256sum", `${directory}/${file}`)).toBe(before);
    }
  });

  test.each(USERS)("podman's generator accepts every unit of %s", expectAccepted);

  test("systemd ignores no line of any unit", async () => {
    expect(await ignoredLines()).toBe("");
  });

  test("the authority's key is root's alone", async () => {
    expect(await host("stat", "-c", "%a %U:%G", "/var/lib/install-quadlets/ca/ca.key")).toBe("600 root:root");
    expect(await host("stat", "-c", "%a %U:%G", "/var/lib/install-quadlets")).toBe("700 root:root");
  });

  test("openssl accepts the chain", async () => {
    const leaf = `${HOMES["nginx-user"]}/tls/leaf.crt`;
    const authority = "/var/lib/install-quadlets/ca/ca.crt";
    for (const name of ["webui.liminati.internal", "liminati.internal"]) {
      const strict = ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name];
      expect(await host("openssl", ...strict, "-CAfile", authority, leaf)).toContain("OK");
    }
    const other = await tryHost("openssl", "verify", "-verify_hostname", "example.com", "-CAfile", authority, leaf);
    expect(other.code).not.toBe(0);
    const key = await host("openssl", "pkey", "-in", `${HOMES["nginx-user"]}/tls/leaf.key`, "-pubout");
    expect(await host("openssl", "x509", "-in", leaf, "-noout", "-pubkey")).toBe(key);
  });
});

describe("services", () => {
  test("svc list has all units, and all are up", async () => {
    const units = await listUnits();
    expect(units.filter((unit) => !unit.up)).toEqual([]);
    expect(units.map((unit) => unit.name).sort()).toEqual(
      [
        ...Object.values(CONTAINERS).flat(),
        ...["opik-pod", "opik-minio-init"],
        ...["http", "https", "client"].map((name) => `nginx-proxy-${name}.socket`),
      ].sort(),
    );
  });

  test("podman itself calls every container healthy", async () => {
    const found = await Promise.all(
      USERS.map(async (user) =>
        (await as(user, "podman", "ps", "--all", "--format", "{{.Names}} {{.Status}}")).split("\n"),
      ),
    );
    const running = found.map((lines) => lines.map((line) => line.replace(/ Up .*\((\w+)\)$/, " $1")).sort());
    const wanted = USERS.map((user) =>
      [
        ...CONTAINERS[user].map((name) => `${name} healthy`),
        ...(user === "opik-user" ? [expect.stringMatching(/^opik-infra Up /)] : []),
      ].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    );
    for (const [index, lines] of running.entries()) {
      expect(lines, USERS[index]).toHaveLength(wanted[index]?.length ?? 0);
      expect(lines, USERS[index]).toEqual(expect.arrayContaining(wanted[index] ?? []));
    }
  });

  test("minio-init made its bucket and finished", async () => {
    const show = [
      "systemctl",
      "--user",
      "show",
      "--property=ActiveState,SubState,Result,ExecMainStatus",
      "opik-minio-init",
    ];
    expect((await as("opik-user", ...show)).split("\n").sort()).toEqual(
      ["ActiveState=active", "ExecMainStatus=0", "Result=success", "SubState=exited"].sort(),
    );
    expect(await host("ls", `${HOMES["opik-user"]}/minio`)).toContain("public");
  });

  test("nothing of them runs as root", async () => {
    const uids = await hostScript(`
      for user in ${USERS.join(" ")}; do
        uid=$(id -u "$user")
        find "/sys/fs/cgroup/user.slice/user-$uid.slice" -name cgroup.procs -exec cat {} + | while read -r pid; do
          stat -c "$user %u" "/proc/$pid" 2>/dev/null || true
        done
      done | sort | uniq -c
    `);
    const lines = uids.split("\n").map((line) => line.trim().split(" "));
    expect(lines.filter(([, , uid]) => uid === "0")).toEqual([]);
    for (const user of USERS)
      expect(
        lines.some(([, name]) => name === user),
        user,
      ).toBe(true);
    // And nothing that podman starts is anywhere else.
    const programs = await hostScript(
      "ps -eo uid=,comm= | awk '$1 == 0' | grep -E 'conmon|pasta|slirp|catatonit|rootlessport|podman|nginx|dnsmasq|mysqld|mariadbd|redis|java|crun' || true",
    );
    expect(programs).toBe("");
  });

  test("exactly the promised ports are open, each on its own address", async () => {
    const out = await hostScript("ss --no-header --listening --numeric --tcp --udp | awk '{ print $1, $5 }' | sort -u");
    const wanted = [
      ...[80, 443, 8081, 5173, 5380, 9090, 10053].map((port) => `tcp ${TAILNET_ADDRESS}:${port}`),
      `udp ${TAILNET_ADDRESS}:10053`,
      ...[8000, 3000, 8080, 5173].map((port) => `tcp 127.0.0.1:${port}`),
      // The lab's own registry.
      "tcp 127.0.0.1:5050",
    ];
    expect(out.split("\n").sort()).toEqual(wanted.sort());
    expect(out).not.toContain(LAN_ADDRESS);
  });

  test("low ports are opened without a setting of the whole system", async () => {
    const names = ["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_nonlocal_bind"];
    expect(await host("sysctl", "-n", ...names)).toBe("1024\n0");
    expect((await tryHost("grep", "-rsl", "ip_unprivileged_port_start", "/etc")).out).toBe("");
  });
});

describe("secrets", () => {
  let values: readonly string[];

  beforeAll(async () => {
    const found = await Promise.all(USERS.map(secretsOf));
    values = [...new Set(found.flatMap((secrets) => [...secrets.values()].flatMap((text) => text.split("\n"))))].filter(
      (value) => /[0-9A-Za-z]{16}/.test(value),
    );
  });

  test("each user has its own, made of enough random letters", async () => {
    const [nginx, dnsmasq, vllm, webui, opik] = await Promise.all(USERS.map(secretsOf));
    expect(nginx?.size).toBe(0);
    const password = dnsmasq?.get("dnsmasq-admin-password");
    expect(password).toMatch(/^[0-9A-Za-z]{24}$/);
    expect(dnsmasq?.get("dnsmasq-htpasswd")).toBe(`admin:{PLAIN}${password}\n`);
    expect([...(vllm?.keys() ?? [])]).toEqual(["vllm-qwen-api-key"]);
    expect([...(webui?.keys() ?? [])].sort()).toEqual(["open-webui-secret-key", "open-webui-vllm-key"]);
    expect([...(opik?.keys() ?? [])].sort()).toEqual(
      [
        "clickhouse",
        "encryption-key",
        "minio",
        "minio-host",
        "mysql",
        "mysql-root",
        "redis",
        "redis-conf",
        "redis-url",
        "redis-worker-url",
      ].map((name) => `opik-${name}`),
    );
    expect(vllm?.get("vllm-qwen-api-key")).toMatch(/^sk-[0-9A-Za-z]{48}$/);
    expect(webui?.get("open-webui-vllm-key")).toBe(vllm?.get("vllm-qwen-api-key"));
    for (const name of ["mysql", "mysql-root", "clickhouse", "minio", "redis"])
      expect(opik?.get(`opik-${name}`), name).toMatch(/^[0-9a-f]{32}$/);
    expect(opik?.get("opik-redis-url")).toBe(`redis://:${opik?.get("opik-redis")}@127.0.0.1:6379/`);
    expect(opik?.get("opik-encryption-key")).toMatch(/^[0-9A-Za-z]{16}$/);
  });

  test("the search finds one that is there", async () => {
    expect(values.length).toBeGreaterThanOrEqual(9);
    const store = `${HOMES["opik-user"]}/.local/share/containers/storage/secrets/filedriver/secretsdata.json`;
    // podman keeps the values in base64.
    const plain = `grep -cFf - <(node -p 'Object.values(JSON.parse(fs.readFileSync("${store}"))).map((v) => Buffer.from(v, "base64").toString()).join("\\n")')`;
    expect(Number(await search(values, plain))).toBeGreaterThan(5);
  });

  test("no unit, configuration file, journal entry or note of ours holds one", async () => {
    expect(await inFiles(values)).toBe("");
    expect(await inJournal(values)).toBe("0");
  });

  test("no process shows one in its arguments", async () => {
    expect(await inArguments(values)).toBe("");
  });

  test("nobody else can read one: not from files, not from processes", async () => {
    expect(await forNobody(values)).toBe("");
    for (const path of [
      ...Object.values(HOMES).map(
        (home) => `${home}/.local/share/containers/storage/secrets/filedriver/secretsdata.json`,
      ),
      `${HOMES["nginx-user"]}/tls/leaf.key`,
      "/var/lib/install-quadlets/ca/ca.key",
    ]) {
      const answer = await tryHost(...NOBODY.split(" "), "cat", path);
      expect(answer.err, path).toContain("Permission denied");
    }
  });
});

const COMMANDS = ["install-quadlets", "svc", "vllm-manage", "opik-manage", "gateway-manage"];

describe("commands", () => {
  test("they are on the PATH and outlive npx's cache", async () => {
    await host("rm", "-rf", "/root/.npm");
    const version = await host("install-quadlets", "--version");
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    for (const name of COMMANDS) {
      expect(await host("sh", "-c", `command -v ${name}`)).toBe(`/usr/local/bin/${name}`);
      expect(await host(name, "--version")).toBe(version);
    }
    expect(await host("svc", "list")).toMatch(/^opik +healthy +10\/10 /m);
  });

  test("what V8 made of the program lies beside it, of this node, and nothing half-written", async () => {
    const library = await host("sh", "-c", "ls /usr/local/lib/install-quadlets/*/dist/lib");
    const node = await host("node", "--version");
    expect(library.split("\n").filter((name) => name.startsWith("programs."))).toEqual([
      "programs.cjs",
      `programs.cjs.${node}`,
    ]);
  });

  test("each has its page where man looks, in a directory that is as it was", async () => {
    const pages = await host("ls", "/usr/local/share/man/man1");
    expect(pages.split("\n")).toEqual(expect.arrayContaining(COMMANDS.map((name) => `${name}.1`)));
    expect(await host("head", "-n2", "/usr/local/share/man/man1/svc.1")).toMatch(/^\.\\" Generated by .*\n\.TH SVC 1 /);
  });

  test("bash completes them by what lies where it looks", async () => {
    const answer = await hostScript(`
      . /usr/local/share/bash-completion/completions/svc
      COMP_WORDS=(svc status opik-my) COMP_CWORD=2; _svc; echo "\${COMPREPLY[*]}"
    `);
    expect(answer.trim()).toBe("opik-mysql");
  });

  test("opik-manage health asks all nine", async () => {
    const answer = await tryHost("opik-manage", "health", "--json");
    expect(answer.code, answer.out).toBe(0);
    const { units } = JSON.parse(answer.out) as {
      units: readonly { name: string; healthy: boolean; answer: string }[];
    };
    const members = units.filter((unit) => unit.name !== "opik-pod");
    expect(members).toHaveLength(9);
    for (const { name, answer: said } of members)
      expect(said, name).toBe(name === "opik-minio-init" ? "finished" : "healthy");
    expect((await tryHost("vllm-manage", "health")).code).toBe(0);
  });

  test("svc status and svc logs show a service", async () => {
    const status = await tryHost("svc", "status", "vllm-qwen");
    expect(status.code).toBe(0);
    expect(status.out).toContain("https://vllm.liminati.internal");
    expect(status.out).toMatch(/vllm-qwen +vllm-qwen +vllm-user +running/);
    const asked = await host("svc", "status", "--ask", "vllm-qwen");
    expect(asked).toMatch(/^vllm-qwen: healthy: /);
    expect(asked).toMatch(/^ {2}qwen gives a token at https:\/\/vllm\.liminati\.internal, in \d+\.\d s$/m);
    expect(await host("svc", "logs", "vllm-qwen")).toContain("Application startup complete");
    expect(await host("opik-manage", "logs", "backend", "200")).toContain("opik-backend");
    expect((await host("svc", "logs", "-n", "1", "dnsmasq")).split("\n")).toHaveLength(1);
  });

  test("svc status --ask asks each for what it is there for, and names what does not come", async () => {
    const well = await tryHost("svc", "status", "--ask");
    expect(well.code, well.out).toBe(0);
    for (const said of [
      "open-webui gives an answer at https://webui.liminati.internal",
      "opik gives an answer at https://opik.liminati.internal",
      `liminati.internal gives the address ${TAILNET_ADDRESS} at ${TAILNET_ADDRESS}:53`,
      `opik.liminati.internal gives the address ${TAILNET_ADDRESS} at ${TAILNET_ADDRESS}:53`,
      "vllm-qwen gives a list of models to open-webui at http://127.0.0.1:8000",
      "open-webui gives its database at https://webui.liminati.internal",
      "opik gives a trace that was written at https://opik.liminati.internal",
    ])
      expect(well.out).toContain(`\n  ${said}, in `);
    // What it wrote it took away.
    expect(await host("curl", "-fsS", "http://127.0.0.1:8080/v1/private/traces")).not.toContain("svc status");
  });

  test("svc status --ask names the route whose service is stopped, and the name that the name server lost", async () => {
    await host("svc", "stop", "open-webui");
    const proxy = await tryHost("svc", "status", "--ask", "nginx-proxy");
    await host("svc", "start", "open-webui");
    // The proxy does what it can.
    expect(proxy.code).toBe(0);
    expect(proxy.out).toContain(
      "still to do: open-webui does not give an answer at https://webui.liminati.internal: open-webui is stopped (sudo svc start open-webui)",
    );
    // In both of its parts: for who has it, and for who has not.
    const config = "/var/lib/dnsmasq-llm/config";
    const both = "dnsmasq.conf zone.conf";
    await hostScript(`
      cd ${config}; mkdir /root/names; cp -p ${both} /root/names
      sed -i /^host-record=webui/d ${both}; svc restart dnsmasq
    `);
    const names = await tryHost("svc", "status", "--ask", "dnsmasq", "--json");
    await hostScript(`cd /root/names; cp -p ${both} ${config}; rm -r /root/names; svc restart dnsmasq`);
    expect(names.code).toBe(1);
    expect(JSON.parse(names.out)).toMatchObject({
      services: [{ name: "dnsmasq", word: "degraded", hint: "sudo install-quadlets" }],
    });
    const { answers = [] } = statusSchema.parse(JSON.parse(names.out));
    expect(answers.filter(({ answered }) => !answered).map(({ asked }) => asked)).toEqual(["webui.liminati.internal"]);
  });

  test("svc open prints where it is, and says that nobody has a desktop here", async () => {
    const { code, out, err } = await tryHost("svc", "open", "open-webui");
    expect({ code, out }).toEqual({ code: 0, out: "https://webui.liminati.internal" });
    expect(err).toMatch(/^no desktop of yours is on this host/);
  });

  test("svc restart, stop and start do that, and nothing else", async () => {
    const id = () => as("dnsmasq-user", "systemctl", "--user", "show", "--property=InvocationID", "--value", "dnsmasq");
    const before = await id();
    expect(await host("svc", "restart", "dnsmasq")).toMatch(/^restarted dnsmasq/);
    expect(await id()).not.toBe(before);
    await host("svc", "stop", "dnsmasq");
    const status = await tryHost("svc", "status", "dnsmasq", "--json");
    expect(status.code).toBe(1);
    expect(JSON.parse(status.out)).toMatchObject({
      units: CONTAINERS["dnsmasq-user"].map((name) => ({ name, state: "stopped", up: false })),
    });
    await host("svc", "start", "dnsmasq");
    expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
  });

  test("a name that is not there is an error with a hint", async () => {
    const answer = await tryHost("svc", "status", "nope");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("error: no service or unit is called nope");
    expect(answer.err).toMatch(/hint: there are .*open-webui/);
    expect(answer.out).toBe("");
  });
});
