/** Running it again: nothing where nothing changed, exactly what changed where something did. */
import { beforeAll, describe, expect, test } from "vitest";
import { as, invocations, lostData, plantData, restartedBetween, restartedBy } from "./services.ts";
import { SMALL, smallStack, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const LABEL = "again";

interface Change {
  readonly action: string;
  readonly service: string | null;
  readonly kind: string;
  readonly summary: string;
  readonly reason: string;
}

async function dryRun(): Promise<{ readonly code: number; readonly changes: readonly Change[] }> {
  const answer = await tryHost("install-quadlets", "--dry-run", "--json");
  if (answer.out === "") throw new Error(answer.err);
  const { version, changes } = JSON.parse(answer.out) as { version: number; changes: readonly Change[] };
  expect(version).toBe(1);
  return { code: answer.code, changes };
}

/** Without the "(0750, 802:802)" of something new. */
const summaries = (changes: readonly Change[]) =>
  changes.map((change) => change.summary.replace(/ \(.*\)$/, "")).sort();

/** Applies and gives the units that were started anew. */
function apply(): Promise<readonly string[]> {
  return restartedBy("install-quadlets", "--yes");
}

startFrom("small");

beforeAll(async () => {
  await plantData(LABEL, "small");
});

test("who reads no further gets no complaint", async () => {
  expect(
    await hostScript(`{
      svc list --all | true
      svc --help | true
      install-quadlets --help | true
      install-quadlets --dry-run | true
      install-quadlets history --json | true
    } 2>&1`),
  ).toBe("");
});

describe("nothing has changed", () => {
  test("the dry run has nothing and ends with exit code 0", async () => {
    expect(await dryRun()).toEqual({ code: 0, changes: [] });
  });

  test.each([
    ["the installed command", ["install-quadlets", "--yes"]],
    [
      "npx",
      ["sh", "-c", 'exec npx --offline --yes --package="$(ls /root/install-quadlets-*.tgz)" install-quadlets --yes'],
    ],
  ])("%s says so, and nothing is started anew", async (_, argv) => {
    const started = () => as("dnsmasq-user", "podman", "ps", "--all", "--format", "{{.Names}} {{.ID}} {{.StartedAt}}");
    const [before, containers] = [await invocations(), await started()];
    expect(before.size).toBeGreaterThanOrEqual(8 + 4 + 1);
    const answer = await tryHost(...argv);
    expect(answer.code, answer.err).toBe(0);
    expect(answer.out).toBe("nothing to do: the host is as configured");
    expect(restartedBetween(before, await invocations())).toEqual([]);
    expect(await started()).toBe(containers);
  });
});

describe("one setting of one service", () => {
  test("is the whole plan, and a dry run leaves it at that", async () => {
    await putFile(STACK, smallStack({ "open-webui": { settings: { name: 'Ours, 100% "private"' } } }));
    const before = await invocations();
    const { code, changes } = await dryRun();
    expect(code).toBe(2);
    const uid = await host("id", "-u", "webui-user");
    expect(changes).toEqual([
      expect.objectContaining({
        action: "update",
        service: "open-webui",
        kind: "file",
        summary: `file /etc/containers/systemd/users/${uid}/open-webui.container`,
      }),
      expect.objectContaining({ action: "run", kind: "reload-user", service: "open-webui" }),
      expect.objectContaining({ kind: "unit", summary: "restart open-webui", reason: "its configuration changed" }),
    ]);
    const text = await tryHost("install-quadlets", "--dry-run");
    expect(text.code).toBe(2);
    expect(text.out).toMatch(/^ +-Environment=.*WEBUI_NAME=Open WebUI/m);
    expect(text.out).toContain("1 unit to restart");
    expect(restartedBetween(before, await invocations())).toEqual([]);
  });

  test("without a terminal and without --yes nothing is done", async () => {
    const answer = await tryHost("install-quadlets");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("--yes");
  });

  test("restarts exactly that unit", async () => {
    expect(await apply()).toEqual(["open-webui.service"]);
    expect(await host("curl", "-fsS", "http://localhost:3000/api/config")).toContain('"Ours, 100% \\"private\\""');
  });
});

test("a setting that is only in a file that its reader reloads restarts nobody", async () => {
  const both = {
    "open-webui": { settings: { name: 'Ours, 100% "private"' } },
    "nginx-proxy": { settings: { connect_timeout: 11 } },
  };
  await putFile(STACK, smallStack(both));
  const { changes } = await dryRun();
  expect(summaries(changes).filter((line) => !line.startsWith("reload the user manager"))).toEqual([
    "file /var/lib/nginx-proxy/config/nginx.conf",
    "reload nginx-proxy",
  ]);
  expect(await apply()).toEqual([]);
  expect(
    await as("nginx-user", "podman", "exec", "nginx-proxy", "grep", "proxy_connect_timeout", "/etc/nginx/nginx.conf"),
  ).toContain("11s");
});

test("what was changed by hand is named and repaired", async () => {
  const uid = await host("id", "-u", "dnsmasq-user");
  const unit = `/etc/containers/systemd/users/${uid}/dnsmasq.container`;
  const launcher = "/usr/local/bin/vllm-manage";
  const good = await host("sha256sum", unit, launcher, "/var/lib/nginx-proxy/www/index.html");
  await hostScript(`
    sed -i 's/^DropCapability=all$/AddCapability=all/' ${unit}
    rm ${launcher}
    chmod 0666 /var/lib/nginx-proxy/www/index.html
    rmdir /var/lib/vllm/cache/flashinfer
    chmod 0777 /var/lib/webui/data
    chown root:root /var/lib/dnsmasq-llm/log
  `);
  const { code, changes } = await dryRun();
  expect(code).toBe(2);
  expect(summaries(changes.filter((change) => change.kind === "file" || change.kind === "directory"))).toEqual(
    [
      `file ${unit}`,
      `file ${launcher}`,
      "file /var/lib/nginx-proxy/www/index.html",
      "directory /var/lib/vllm/cache/flashinfer",
      "directory /var/lib/webui/data",
      "directory /var/lib/dnsmasq-llm/log",
    ].sort(),
  );
  const reasons = changes.map((change) => `${change.summary}: ${change.reason}`).join("\n");
  expect(reasons).toMatch(/webui\/data: mode 0777, want 0750$/m);
  expect(reasons).toMatch(/dnsmasq-llm\/log: owner 0:0, want \d+:\d+$/m);
  // Whoever may run with what was edited, or has a directory mounted that is gone.
  expect(await apply()).toEqual(["dnsmasq.service", "vllm-qwen.service"]);
  expect(await host("sha256sum", unit, launcher, "/var/lib/nginx-proxy/www/index.html")).toBe(good);
  expect(await host("stat", "-c", "%a %U", "/var/lib/webui/data", "/var/lib/vllm/cache/flashinfer")).toBe(
    "750 webui-user\n750 vllm-user",
  );
  expect(await as("dnsmasq-user", "podman", "unshare", "stat", "-c", "%u:%g", "/var/lib/dnsmasq-llm/log")).toBe(
    "65534:65534",
  );
  expect(await dryRun()).toEqual({ code: 0, changes: [] });
});

test("a service that was stopped or has lost its container is started again, and only that", async () => {
  await host("svc", "stop", "vllm-qwen");
  await as("webui-user", "podman", "kill", "open-webui");
  await as("webui-user", "systemctl", "--user", "stop", "open-webui");
  const { changes } = await dryRun();
  expect(summaries(changes.filter((change) => change.kind === "unit"))).toEqual([
    "start open-webui",
    "start vllm-qwen",
  ]);
  expect(await apply()).toEqual(["open-webui.service", "vllm-qwen.service"]);
});

test("without the site's settings everything is the default again, though nobody reads what the run says behind its first line", async () => {
  await putFile(STACK, SMALL);
  const unread = "install-quadlets --yes 2>&1 | head -n 1";
  expect(await restartedBy("bash", "-o", "pipefail", "-c", unread)).toEqual(["open-webui.service"]);
  for (const argv of [
    ["svc", "status"],
    ["install-quadlets", "verify"],
  ])
    expect((await tryHost(...argv)).code, argv.join(" ")).toBe(0);
  expect(await host("curl", "-fsS", "http://localhost:3000/api/config")).toContain('"Open WebUI"');
  expect(await dryRun()).toEqual({ code: 0, changes: [] });
});

test("everything that users keep is still there", async () => {
  expect(await lostData(LABEL, "small")).toEqual([]);
});
