/** Units as podman's own generator reads them, and every odd string as the program in the container receives it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAccepted, ignoredLines } from "./generator.ts";
import { invocations, restartedBetween } from "./services.ts";
import { smallStack, startFrom } from "./start.ts";
import { host, putFile, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";
const PORT = 18_080;
const HOSTILE = JSON.parse(
  readFileSync(new URL("../quadlet/hostile-strings.json", import.meta.url), "utf8"),
) as readonly string[];

/** Fine only when its arguments are all of them: the service does not become healthy with others. */
const CHECK = `const { createHash } = require("node:crypto");
process.exit(createHash("sha256").update(JSON.stringify(process.argv.slice(1))).digest("hex") === "${sha256(HOSTILE)}" ? 0 : 1);`;

const SERVICE = {
  description: `100% of "what" it's $HOME given \\\n[Service]\nExecStartPre=/bin/false\n`,
  account: { user: "echo-user", home: "/var/lib/echo" },
  settings: {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: references of the service file
    values: { type: "list", description: "Arguments" },
    whole: { type: "string", default: "", description: "One text inside another" },
  },
  ports: { web: { host: PORT, container: 8080, bind: ["loopback"] } },
  containers: {
    echo: {
      image: "docker.io/lab/echo:1",
      command: [{ each: "values", args: ["${item}", "--value=${item}"] }],
      environment: { WHOLE: "<${settings.whole}>" },
      health: { command: ["node", "-e", CHECK, "--", ...HOSTILE].map(verbatim), interval: 30, timeout: 20 },
      start_timeout: 60,
      listens: [8080],
    },
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: end of them
  },
};

const variable = (index: number) => `HOSTILE_${index}`;

function stackWith(values: readonly string[]): string {
  const environment = Object.fromEntries(values.map((value, index) => [variable(index), value]));
  const echo = { settings: { values, whole: values.join("\n") }, environment: { echo: environment } };
  // JSON is YAML; the library's own writer gives a blank after a line end back as a backslash.
  return smallStack({ echo });
}

startFrom("small");

test("a unit that the generator refuses would be noticed", async () => {
  const uid = await host("id", "-u", "dnsmasq-user");
  const file = `/etc/containers/systemd/users/${uid}/bad.container`;
  await putFile(file, "[Container]\nImage=docker.io/lab/echo:1\nNoSuchKey=1\n");
  try {
    await expect(expectAccepted("dnsmasq-user")).rejects.toThrow();
  } finally {
    await host("rm", file);
  }
});

describe("hostile strings", () => {
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    before = await invocations();
  });

  test("a NUL is refused, with its place", async () => {
    await putFile(`${SITE}/services/echo.yaml`, JSON.stringify(SERVICE));
    await putFile(
      `${SITE}/stack.yaml`,
      'services:\n  opik: { enabled: false }\n  echo:\n    settings: { values: ["a\\0b"] }\n',
    );
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(`${SITE}/stack.yaml:4:26 holds a NUL character`);
    expect((await tryHost("id", "echo-user")).code).toBe(1);
  });

  test("a service gets them all", async () => {
    await putFile(`${SITE}/stack.yaml`, stackWith(HOSTILE));
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code, `${answer.out}\n${answer.err}`).toBe(0);
    await expectAccepted("echo-user");
    expect(await ignoredLines()).toBe("");
    const { units } = JSON.parse(await host("svc", "status", "echo", "--json")) as { units: readonly object[] };
    expect(units).toMatchObject([{ name: "echo", up: true }]);
  });

  test("its container sees them byte for byte", async () => {
    const url = `http://127.0.0.1:${PORT}/dump`;
    const text = await host("curl", "-fsS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", url);
    const dump = JSON.parse(text) as { argv: readonly string[]; env: Readonly<Record<string, string>> };
    const wanted = HOSTILE.map(base64);
    expect(dump.argv.map(readable)).toEqual(HOSTILE.flatMap((value) => [value, `--value=${value}`]));
    expect(dump.argv).toEqual(HOSTILE.flatMap((value) => [base64(value), base64(`--value=${value}`)]));
    expect(HOSTILE.map((_, index) => dump.env[variable(index)])).toEqual(wanted);
    expect(dump.env["WHOLE"]).toBe(base64(`<${HOSTILE.join("\n")}>`));
    // And nothing of theirs became a variable of its own.
    const others = Object.keys(dump.env).filter((name) => !/^HOSTILE_\d+$/.test(name));
    expect(others.filter((name) => /^(\d|INSTALL_QUADLETS|x$|json)/.test(name))).toEqual([]);
  });

  test("nobody else was restarted, and a second run changes nothing", async () => {
    const restarted = restartedBetween(before, await invocations());
    expect(restarted.filter((name) => !/echo|firewall/.test(name))).toEqual([]);
    const again = await tryHost("install-quadlets", "--dry-run");
    expect(again.code, again.out).toBe(0);
  });
});

/** In a service file "${" starts a reference. */
function verbatim(value: string): string {
  return value.replaceAll("${", () => "$${");
}

function sha256(values: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}

function base64(value: string): string {
  return Buffer.from(value).toString("base64");
}

/** For the difference that a person reads; the bytes are compared besides. */
function readable(value: string): string {
  return Buffer.from(value, "base64").toString();
}
