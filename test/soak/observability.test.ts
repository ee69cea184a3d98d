/** Everything that watches the rest, switched on with one line: real Prometheus, Alertmanager and exporters, and causes that are real. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { aged } from "../lab/certificates.ts";
import { startFrom } from "../lab/start.ts";
import { client, host, hostScript, lab, putFile, TAILNET_ADDRESS, tryHost } from "../lab/support.ts";

const STACK = `
observability: true
certificate: { renew_before_days: 1 }
services: { opik: { enabled: true }, gateway: {}, prometheus: { settings: { scrape_seconds: 5 } } }
`;

/** Panels that show nothing on a host like this one, and why. */
const EMPTY: Readonly<Record<string, string>> = {
  "gpu: Errors of the driver (XID): {{uuid}} {{xid}}": "the driver reported none",
  "gateway: Answers and failures, in an hour: {{litellm_model_name}} failures": "no provider failed",
};

/** The same where the kernel of this machine has the memory controller of cgroups elsewhere, and gives a lab none. */
const UNCOUNTED = [
  "overview: Memory in use: {{service}}",
  "opik: Memory in use: {{unit}}",
  "opik: Memory in use, of what it may have: {{unit}}",
  "opik: Processes and threads: {{unit}}",
  "host: Memory in use, of what it may have: {{unit}}",
  "host: Ended for want of memory, in a day: {{service}}",
];

const PROMETHEUS = "http://127.0.0.1:9091";
const GRAFANA = "http://127.0.0.1:3001";

startFrom("small", { images: "gateway observability" });

async function prometheus<T>(path: string): Promise<T> {
  const answer = JSON.parse(await host("curl", "-sS", "--max-time", "20", `${PROMETHEUS}/api/v1/${path}`));
  expect(answer).toMatchObject({ status: "success" });
  return answer.data as T;
}

/** Labels and value of each series. */
async function query(expression: string) {
  const path = `query?query=${encodeURIComponent(expression)}`;
  const { result } = await prometheus<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(path);
  return result.map(({ metric, value }) => ({ ...metric, value: Number(value[1]) }));
}

/** By somebody who has an allowance. */
async function complete(): Promise<string> {
  const own = (await host("gateway-manage", "key", "show", "ada", "--reveal")).trim();
  const body = JSON.stringify({ model: "qwen", stream: true, messages: [{ role: "user", content: "hello" }] });
  const key = ["-H", `authorization: Bearer ${own}`, "-H", "content-type: application/json"];
  return host("curl", "-sSN", "--max-time", "60", ...key, "--data", body, "http://127.0.0.1:4000/v1/chat/completions");
}

beforeAll(async () => {
  await putFile("/etc/install-quadlets/stack.yaml", STACK);
  await putFile("/etc/install-quadlets/model-mappings.yaml", "models: { qwen: { to: [{ provider: vllm-qwen }] } }\n");
  const run = await tryHost("install-quadlets", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  // What a site has that is some days old.
  await host("install-quadlets", "backup", "opik");
  const allowance = ["--for", "Ada Example", "--model", "qwen", "--tokens-per-day", "1000000"];
  await host("gateway-manage", "key", "create", "ada", ...allowance, "--yes");
  // A certificate for two days is the first cause of an alert.
  await hostScript(aged(2));
  await host("install-quadlets", "metrics");
});

test("every target is up, and every rule can be computed", async () => {
  const targets = async () => {
    type Target = { labels: { job: string }; health: string; lastError: string };
    const { activeTargets } = await prometheus<{ activeTargets: Target[] }>("targets?state=active");
    return activeTargets.map(({ labels, health, lastError }) => `${labels.job}: ${health} ${lastError}`.trim()).sort();
  };
  const JOBS = "alertmanager alloy alloy/2 gateway gpu-exporter loki nginx-exporter node-exporter prometheus vllm-qwen";
  await expect.poll(targets, { timeout: 60_000, interval: 1000 }).toEqual(
    JOBS.split(" ")
      .map((job) => `${job}: up`)
      .sort(),
  );
  type Rule = { name: string; health: string; lastError?: string };
  const rules = async () => {
    const { groups } = await prometheus<{ groups: { rules: Rule[] }[] }>("rules");
    return groups.flatMap(({ rules: list }) => list).filter(({ health }) => health !== "ok");
  };
  await expect.poll(rules, { timeout: 60_000, interval: 1000 }).toEqual([]);
});

test("what root measures is fresh, and nobody else's to write", async () => {
  const age = async () => (await query("time() - install_quadlets_measured_timestamp_seconds"))[0]?.value ?? Infinity;
  await expect.poll(age, { timeout: 60_000, interval: 1000 }).toBeLessThan(120);
  expect(await query("node_textfile_scrape_error")).toMatchObject([{ value: 0 }]);
  // What was asked last may have been measured while the run still started them.
  const healthy = () => query('install_quadlets_service_state{state="healthy"} == 1');
  await expect.poll(healthy, { timeout: 90_000, interval: 1000 }).toHaveLength(14);
  expect(await host("systemctl", "is-active", "install-quadlets-metrics.timer")).toBe("active");
  const file = "/var/lib/node-exporter/textfile/install-quadlets.prom";
  expect(await host("stat", "-c", "%U:%G %a", file)).toBe("root:root 644");
  expect((await tryHost("svc", "exec", "node-exporter", "--", "sh", "-c", ": >/textfile/mine.prom")).code).not.toBe(0);
});

test("after a completion every panel of every dashboard shows something", async () => {
  expect(await complete()).toContain("[DONE]");
  // Of a number that is there only since a request, the first value is no growth: it takes a second one, and a look in between, at all
  // that this begins.
  for (const name of ["litellm_output_tokens_metric(_total)?", "litellm_llm_api_time_to_first_token_metric_bucket"]) {
    const seen = () => query(`{__name__=~"${name}"}`);
    await expect.poll(seen, { timeout: 30_000, interval: 1000 }).not.toEqual([]);
  }
  expect(await complete()).toContain("[DONE]");
  const password = (await host("install-quadlets", "secrets", "show", "grafana/admin-password")).trim();
  const input = readFileSync(new URL("./panels.mjs", import.meta.url), "utf8");
  const panels = async () => {
    const argv = ["exec", "--", "node", "--input-type=module", "-", GRAFANA, password];
    const answer = await lab(argv, { input });
    expect(answer.code, answer.err).toBe(0);
    const { count, empty } = JSON.parse(answer.out) as { count: number; empty: { name: string; error?: string }[] };
    expect(count).toBeGreaterThan(80);
    return empty.map(({ name, error }) => (error === undefined ? name : `${name}: ${error}`)).sort();
  };
  const counts = (await host("cat", "/sys/fs/cgroup/cgroup.controllers")).includes("memory");
  const expected = [...Object.keys(EMPTY), ...(counts ? [] : UNCOUNTED)].sort();
  await expect.poll(panels, { timeout: 90_000, interval: 2000 }).toEqual(expected);
});

test("lines of the services are in Loki by service and unit, and nobody else's", async () => {
  const words = `query=${encodeURIComponent('{job="journal"}')}&limit=1000`;
  const lines = async () => {
    const answer = await host("curl", "-sS", `http://127.0.0.1:3100/loki/api/v1/query_range?${words}`);
    return (JSON.parse(answer) as { data: { result: { stream: Record<string, string> }[] } }).data.result;
  };
  const services = JSON.parse(await host("cat", "/var/lib/install-quadlets/index.json")).services as { name: string }[];
  const found = (await lines()).map(({ stream }) => stream);
  expect(found.map(({ service }) => service)).toEqual(expect.arrayContaining(["vllm-qwen", "gateway"]));
  expect(found.filter(({ service }) => services.every(({ name }) => name !== service))).toEqual([]);
  expect(found.map(({ unit }) => unit)).toContain("gateway-litellm");
});

test("dashboards are for whoever has the password, by the name that clients use", async () => {
  const status = (...more: string[]) =>
    host("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", ...more, `${GRAFANA}/api/search`);
  expect(await status()).toBe("401");
  expect(await status("-u", "admin:admin")).toBe("401");
  // A machine that has the names in a file wants to hear of a new one.
  const again = 'curl -fsS "http://$1:8081/install-client.sh" | sh -s -- "$1"';
  await client("sh", "-euc", again, "sh", TAILNET_ADDRESS);
  expect(await client("curl", "-sS", "https://grafana.liminati.internal/api/health")).toContain("ok");
});

test("a target that answers nonsense is a target that is down, and the others are measured on", async () => {
  // As the account of the service: nobody else is heard at its port.
  await hostScript(`
    svc stop nginx-exporter
    mkdir -p /tmp/nonsense && echo '<h1>no metrics</h1>' >/tmp/nonsense/metrics
    systemd-run --unit=lab-nonsense --uid=nginx-exporter-user -p WorkingDirectory=/tmp/nonsense python3 -m http.server --bind 127.0.0.1 9113`);
  const nonsense = async () => {
    type Target = { labels: { job: string }; health: string; lastError: string };
    const { activeTargets } = await prometheus<{ activeTargets: Target[] }>("targets?state=active");
    return activeTargets
      .filter(({ health }) => health !== "up")
      .map(({ labels, lastError }) => [labels.job, lastError]);
  };
  await expect
    .poll(nonsense, { timeout: 60_000, interval: 1000 })
    .toEqual([["nginx-exporter", expect.stringMatching(/expected|invalid|unsupported|Content-Type/i)]]);
  await hostScript("systemctl stop lab-nonsense; svc start nginx-exporter");
  await expect.poll(nonsense, { timeout: 60_000, interval: 1000 }).toEqual([]);
});

test("alerts fire when their cause is made, and svc alerts says what to do", async () => {
  await hostScript(`
    svc exec gpu-exporter -- sh -c 'echo 79 >/tmp/lab-xid'
    svc stop open-webui
    cd / && uid=$(id -u webui-user)
    as() { setpriv --reuid "$uid" --regid "$uid" --init-groups env -i HOME=/var/lib/webui PATH="$PATH" XDG_RUNTIME_DIR="/run/user/$uid" "$@"; }
    as podman image rm --all --force >/dev/null
    as systemctl --user start --no-block open-webui
  `);
  const firing = async () => {
    await host("install-quadlets", "metrics");
    const { alerts } = JSON.parse((await tryHost("svc", "alerts", "--json")).out) as { alerts: { name: string }[] };
    return alerts.map(({ name }) => name);
  };
  await expect
    .poll(firing, { timeout: 120_000, interval: 3000 })
    .toEqual(expect.arrayContaining(["CertificateEndsSoon", "GpuFault", "UnitRestarting"]));
  expect(await query('install_quadlets_service_state{service="open-webui",state="failed"}')).toMatchObject([
    { value: 1 },
  ]);
  const said = await tryHost("svc", "alerts");
  expect(said.code).toBe(1);
  expect(said.out).toContain("critical: the driver reports XID 79 of GPU");
  expect(said.out).toContain("  hint: sudo vllm-manage gpu; sudo install-quadlets doctor gpu");
  expect(said.out).not.toContain("not watched");
});
