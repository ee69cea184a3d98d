/** The services that watch the others: off without a word, on with one line, and what they render to is reviewed text. */
import { describe, expect, test } from "vitest";
import { find, said } from "../rules/cases.ts";
import { EVERYTHING, filesOf, stackOf } from "./support.ts";

const off = filesOf("{}");
const on = filesOf("observability: true");
const everything = filesOf(EVERYTHING);
const watchers = stackOf("observability: true").services.slice(5);
const names: readonly string[] = watchers.map(({ name }) => name);

test("one line switches them on, behind what there is", () => {
  expect(stackOf("{}").services.map(({ name }) => name as string)).toEqual([
    "nginx-proxy",
    "dnsmasq",
    "vllm-qwen",
    "open-webui",
    "opik",
  ]);
  expect(names).toEqual([
    "alertmanager",
    "alloy",
    "gpu-exporter",
    "grafana",
    "loki",
    "nginx-exporter",
    "node-exporter",
    "prometheus",
  ]);
});

test("off is as if there were none of them", () => {
  expect(filesOf("observability: false")).toEqual(off);
});

test("on changes of the others nothing but who may call them and which names there are", () => {
  const changed = [...off].filter(([path, text]) => on.get(path) !== text).map(([path]) => path);
  expect(changed).toEqual([
    "host/var/lib/install-quadlets/firewall.nft",
    "host/var/lib/install-quadlets/index.json",
    // What the proxy counts, at a port that is there for the one who asks.
    "nginx-proxy/files/config/nginx.conf",
    // One name more: grafana.
    "nginx-proxy/files/config/routes.conf",
    "nginx-proxy/files/www/install-client.sh",
    "nginx-proxy/files/www/install-client.ps1",
    "nginx-proxy/files/www/index.html",
    "nginx-proxy/nginx-proxy.container",
    "dnsmasq/files/config/dnsmasq.conf",
    "dnsmasq/files/config/zone.conf",
  ]);
});

describe("what it renders to", () => {
  const own = [...everything].filter(([path]) => names.some((name) => path.startsWith(`${name}/`)));
  test.each(own.filter(([path]) => !/user-manager\.conf$|\.json$/.test(path)))("%s", async (path, text) => {
    await expect(text).toMatchFileSnapshot(`golden/${path}`);
  });

  test.each(["5.0.0", "5.4.2", "5.8.3"])("podman %s has nothing to complain about", (podman) => {
    const units = [...filesOf(EVERYTHING, podman)].filter(
      ([path]) => /\.(container|pod)$/.test(path) && names.includes(path.split("/")[0] ?? ""),
    );
    expect(units.length).toBeGreaterThan(3);
    const texts = Object.fromEntries(units.map(([path, text]) => [path.split("/")[1] ?? "", text]));
    expect(said(find(texts, { podman }))).toBe("");
  });
});

test("whoever measures may call what has metrics, and nothing else", () => {
  const { services } = stackOf(EVERYTHING);
  const asked = services.flatMap(({ name, ports }) =>
    ports
      .filter(({ consumers }) => consumers.some((one) => one === "prometheus"))
      .map((port) => `${name} ${port.name} ${port.host}`),
  );
  expect(asked).toEqual([
    "vllm-qwen api 8000",
    "gateway api 4000",
    "llama-cpp api 8090",
    "alertmanager web 9093",
    "alloy web 12345",
    "gpu-exporter web 9835",
    "loki web 3100",
    "nginx-exporter web 9113",
    "node-exporter web 9100",
  ]);
  expect(everything.get("prometheus/prometheus.container")).toContain(
    "Network=pasta:-T,3100,-T,4000,-T,8000,-T,8090,-T,9093,-T,9100,-T,9113,-T,9835,-T,12345\n",
  );
});

test("a gateway counts where somebody measures, and is as before where nobody does", () => {
  const config = (stack: string) => filesOf(stack).get("gateway/files/config/config.yaml") ?? "";
  const [without, switchedOff, measured] = [
    config("services: { gateway: {} }"),
    config("{ observability: false, services: { gateway: {} } }"),
    config(EVERYTHING),
  ];
  expect(switchedOff).toBe(without);
  expect(without).not.toContain("prometheus");
  expect(measured).toContain("  callbacks: [prometheus]\n  require_auth_for_metrics_endpoint: false\n");
  // Whom it names there is for this host only.
  expect(everything.get("nginx-proxy/files/config/routes.conf")).not.toContain("/metrics");
});

test("a second model is measured as well, and what is switched off is not", () => {
  const jobs = (stack: string) =>
    stackOf(stack).services.flatMap(({ scrapes }) => scrapes?.targets.map(({ job, port }) => `${job} ${port}`) ?? []);
  expect(
    jobs(
      "{ observability: true, services: { node-exporter: { enabled: false }, vllm-qwen: { gpu: { devices: [0] } }, vllm-two: { from: vllm-qwen, gpu: { devices: [1] }, ports: { api: 8002 } } } }",
    ),
  ).toEqual([
    "vllm-qwen 8000",
    "vllm-two 8002",
    "alertmanager 9093",
    "alloy 12345",
    "alloy/2 12345",
    "gpu-exporter 9835",
    "loki 3100",
    "nginx-exporter 9113",
    "prometheus 9090",
  ]);
});

test("nobody gets in with a password that others know, and no value of a secret stands in a file", () => {
  const grafana = watchers.find(({ name }) => name === "grafana");
  expect(grafana?.secrets.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "admin-password generated",
    "secret-key generated",
  ]);
  expect(on.get("grafana/grafana.container")).toContain(
    "Environment=GF_SECURITY_ADMIN_PASSWORD__FILE=/run/secrets/admin-password\n",
  );
  expect(on.get("grafana/grafana.container")).toContain("Environment=GF_AUTH_ANONYMOUS_ENABLED=false\n");
});

describe("who is told", () => {
  const config = (settings: string) =>
    filesOf(`{ observability: true, services: { alertmanager: { settings: ${settings} } } }`).get(
      "alertmanager/files/config/alertmanager.yml",
    ) ?? "";

  test("by webhook, ntfy, mail, and somebody who notices silence", async () => {
    const text = config(
      `{ webhook_url: "https://hook.example.org/a?b=1", ntfy_url: "https://ntfy.sh/mine?template=alertmanager", mail_to: ops@example.org, mail_from: gpu@example.org, mail_server: "smtp.example.org:587", mail_user: gpu, watchdog_url: "https://hc.example.org/x", repeat_hours: 4 }`,
    );
    await expect(text).toMatchFileSnapshot("golden/alertmanager-all.yml");
  });

  test("by an address that is a secret, in which case the one that is none does not count", () => {
    const text = config(`{ webhook_is_secret: true, webhook_url: "https://hook.example.org/" }`);
    expect(text).toContain("- { url_file: /run/secrets/webhook-url, send_resolved: true }");
    expect(text).not.toContain("hook.example.org");
  });

  test.each(['webhook_url: "https://x/ y"', 'webhook_url: "ftp://x"', "mail_to: nobody", 'mail_server: "x"'])(
    "%s is refused",
    (setting) => {
      expect(() => config(`{ ${setting} }`)).toThrow("does not match");
    },
  );
});

test("who only looks at a card takes no share of it, and holds nobody up", () => {
  const services = stackOf(
    "{ observability: true, services: { vllm-qwen: { gpu: { devices: [0], memory: 0.9 } } } }",
  ).services;
  expect(services.find(({ name }) => name === "gpu-exporter")?.gpu).toBeUndefined();
  expect([...on.keys()].filter((path) => /turn|awake/.test(path))).toEqual([]);
  expect(on.get("gpu-exporter/gpu-exporter.container")).toContain("AddDevice=nvidia.com/gpu=all\n");
});

test("nobody looks at cards, or counts for a proxy, where there is none", () => {
  const named = (stack: string) => stackOf(stack).services.map(({ name }) => name as string);
  expect(
    named("{ observability: true, services: { vllm-qwen: { enabled: false }, open-webui: { enabled: false } } }"),
  ).not.toContain("gpu-exporter");
  expect(off.get("nginx-proxy/files/config/nginx.conf")).not.toContain("stub_status");
  expect(off.get("nginx-proxy/nginx-proxy.container")).not.toContain("PublishPort");
  expect(on.get("nginx-proxy/nginx-proxy.container")).toContain("PublishPort=127.0.0.1:8998:8998\n");
});

test("who reads the journal is in its group while its manager runs, and sees nothing else of the host", () => {
  const unit = on.get("alloy/alloy.container") ?? "";
  expect(unit).toContain("\nGroupAdd=keep-groups\n");
  expect(unit.match(/^Volume=.*$/gm)).toEqual([
    "Volume=/var/lib/alloy/config:/etc/alloy:ro",
    "Volume=/var/lib/alloy/data:/var/lib/alloy/data",
    "Volume=/var/log/journal:/var/log/journal:ro",
    "Volume=/etc/machine-id:/etc/machine-id:ro",
  ]);
  expect(on.get("alloy/user-manager.conf")).toContain("\nSupplementaryGroups=systemd-journal\n");
  const others = [...on].filter(
    ([path, text]) => !path.startsWith("alloy/") && /SupplementaryGroups|GroupAdd/.test(text),
  );
  expect(others).toEqual([]);
});

test("lines are named after the service whose account wrote them, and all others are dropped", () => {
  const config = on.get("alloy/files/config/config.alloy") ?? "";
  const named = [...config.matchAll(/regex {9}= "(\d+)"\n.*\n {4}replacement {3}= "([^"]+)"/g)].map(
    ([, uid, name]) => `${uid} ${name}`,
  );
  expect(named).toHaveLength(stackOf("observability: true").services.length);
  expect(new Set(named.map((one) => one.split(" ")[0])).size).toBe(named.length);
  expect(config).toContain('regex         = ".+"\n    action        = "keep"');
});

test("without DNS here nobody asks what it counts, and without Loki nothing reads the journal", () => {
  const files = filesOf("{ observability: true, services: { dnsmasq: { enabled: false }, loki: { enabled: false } } }");
  expect(files.get("alloy/files/config/config.alloy")).not.toMatch(/dnsmasq|journal/);
  expect(files.get("prometheus/files/config/prometheus.yml")).not.toContain("dnsmasq");
  expect(files.get("grafana/files/config/provisioning/datasources/install-quadlets.yaml")).not.toContain("loki");
});
