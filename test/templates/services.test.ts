/** What must be true of the rendered files of nginx, dnsmasq and Opik, whatever the golden texts say. */
import { describe, expect, test } from "vitest";
import { ADDRESS, render, VIEW } from "./support.ts";

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]);

describe("nginx", () => {
  const main = render("nginx/nginx.conf");
  const routes = render("nginx/routes.conf");

  test("listens on inherited addresses and one loopback port only, without options of new sockets", () => {
    const allowed = [`${ADDRESS}:80`, `${ADDRESS}:443 ssl`, `${ADDRESS}:8081`];
    const listens = matches(main + routes, /^\s*listen (.+);$/gm).map((listen) =>
      listen?.replace(" default_server", ""),
    );
    expect([...new Set(listens)].sort()).toEqual(["127.0.0.1:8999", ...allowed].sort());
  });

  test("keeps everything that it writes in /tmp, as the unprivileged image must", () => {
    expect(matches(main, /^\s*(\w+)_temp_path \/tmp\//gm)).toEqual([
      "client_body",
      "proxy",
      "fastcgi",
      "uwsgi",
      "scgi",
    ]);
    expect(main).toMatch(/^pid \/tmp\/nginx.pid;$/m);
    expect(main).not.toMatch(/^user /m);
  });

  test("streams both ways", () => {
    for (const line of ["proxy_buffering off", "proxy_request_buffering off", "proxy_http_version 1.1"]) {
      expect(main).toContain(`    ${line};`);
    }
  });

  test("refuses a handshake for a name that no route has", () => {
    expect(main).toMatch(/listen \S+:443 ssl default_server;\s+ssl_reject_handshake on;/);
  });

  test("forwards each route to its loopback port with its own limits", () => {
    const ports = [...routes.matchAll(/upstream (\S+) \{\s+server (\S+);\s+keepalive 32;/g)];
    expect(ports.map(([, name, place]) => [name, place])).toEqual([
      ["webui.liminati.internal", "127.0.0.1:3000"],
      ["vllm.liminati.internal", "127.0.0.1:8000"],
      ["opik.liminati.internal", "127.0.0.1:5173"],
    ]);
    expect(matches(routes, /proxy_pass http:\/\/(\S+);/g)).toEqual([
      "webui.liminati.internal",
      "vllm.liminati.internal",
      "vllm.liminati.internal",
      "opik.liminati.internal",
    ]);
    expect(routes).toMatch(
      /server_name opik\.liminati\.internal;[^}]*client_max_body_size 2g;\s+proxy_read_timeout 600s;/,
    );
  });

  test("opens only the listed paths of a route that lists some", () => {
    const vllm = routes.slice(routes.indexOf("# vllm:"), routes.indexOf("# opik:"));
    expect(matches(vllm, /location (\/\S*) \{/g)).toEqual(["/v1/", "/health", "/"]);
    expect(vllm).toMatch(/location \/ \{\s+return 404;/);
    const webui = routes.slice(routes.indexOf("# webui:"), routes.indexOf("# vllm:"));
    expect(webui).toMatch(/location \/ \{\s+proxy_pass/);
  });

  test.each([
    { service: "x';}" },
    { name: "a b" },
    { port: "80;" },
    { bodySize: "1m; root /" },
    { readTimeout: "1h" },
    { paths: ["/v1/ { }"] },
  ])("refuses a route with %j", (change) => {
    expect(() => render("nginx/routes.conf", { routes: [{ ...VIEW.routes[0], ...change }] })).toThrow(
      "cannot be written as",
    );
  });

  test("without routes there is still the page that explains the site", () => {
    expect(matches(render("nginx/routes.conf", { routes: [] }), /server_name (\S+);/g)).toEqual(["liminati.internal"]);
  });
});

describe("a route to a gateway", () => {
  const vllm = VIEW.routes[1] as { readonly names: readonly object[]; readonly name: string };
  const LIMITS = { requestsPerSecond: 20, burst: 60, atOnce: 64 };
  const MOVED = [{ from: "/v1/usage", to: "/key/info" }];
  const guarded = { ...vllm, limits: LIMITS, moved: MOVED };
  const { name } = vllm;
  const renderRoutes = (route: object, apiKeyNames: readonly string[] = [name]) =>
    render("nginx/routes.conf", { routes: [VIEW.routes[0], route], apiKeyNames });

  test("takes a key in X-API-Key as in Authorization, and no other route does", () => {
    const routes = renderRoutes(guarded);
    const [, map = ""] =
      /map "\$server_name \$http_x_api_key" \$request_authorization \{\n([\s\S]*?)\}/.exec(routes) ?? [];
    expect(
      map
        .trim()
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual(["default $http_authorization;", `"~^${name} (?<key_in_header>[^ ]+)$" "Bearer $key_in_header";`]);
    expect(routes).toMatch(/^proxy_set_header Authorization \$request_authorization;$/m);
    // In a server it would take the place of all the headers that are set for every route.
    expect(matches(routes, /^ +(proxy_set_header .*)/gm)).toEqual([]);
    expect(renderRoutes(guarded, [])).not.toContain("proxy_set_header");
  });

  test("limits each address, and says which limit in the form of OpenAI's errors", () => {
    const routes = renderRoutes(guarded);
    expect(matches(routes, /^limit_(.*);$/gm)).toEqual([
      "req_zone $binary_remote_addr zone=requests_vllm:10m rate=20r/s",
      "conn_zone $binary_remote_addr zone=open_vllm:10m",
    ]);
    expect(matches(routes, /^ {4}(limit_.*);$/gm)).toEqual([
      "limit_req zone=requests_vllm burst=60 nodelay",
      "limit_req_status 429",
      "limit_conn open_vllm 64",
      "limit_conn_status 429",
    ]);
    const errors = matches(routes, /return 429 '(.*)\\n'/g).map(
      (text) => JSON.parse(text ?? "") as { error: { code: string } },
    );
    expect(errors.map(({ error }) => error.code)).toEqual(["requests_at_once", "requests_per_second"]);
    // What the service itself refuses says why: it is not replaced.
    expect(routes).not.toContain("proxy_intercept_errors");
  });

  test("reads about one's own key only, and nothing else of what administers", () => {
    const routes = renderRoutes(guarded);
    const [usage = ""] = /location = \/v1\/usage \{[\s\S]*?\n {4}\}/.exec(routes) ?? [];
    expect(usage).toContain('set $args "";');
    expect(usage).toContain(`proxy_pass http://${name}/key/info;`);
    expect(usage).toMatch(/\(GET\|HEAD\)\$\) \{\s+return 405;/);
    expect(matches(routes, /(\/key\/\S*)/g)).toEqual(["/key/info;"]);
  });

  test("is limited once under all of its names", () => {
    const second = { name: "gpuhost.tail0000.ts.net", certificate: "tailscale" };
    const routes = renderRoutes({ ...guarded, names: [...guarded.names, second] }, [name, second.name]);
    expect(matches(routes, /(limit_req_zone)/g)).toHaveLength(1);
    expect(matches(routes, /(limit_req zone=requests_vllm)/g)).toHaveLength(2);
    expect(matches(routes, /"~\^(\S+) /g)).toEqual([name, second.name]);
  });

  test.each([
    { limits: { ...LIMITS, burst: "1; root /" } },
    { limits: { ...LIMITS, atOnce: 0 } },
    { moved: [{ from: "/a {", to: "/b" }] },
    { moved: [{ from: "/a", to: "/b;" }] },
  ])("refuses %j", (change) => {
    expect(() => renderRoutes({ ...guarded, ...change })).toThrow("cannot be written as");
  });

  test.each([['x" ""; root /'], ["a b"]])("refuses the name %j", (hostile) => {
    expect(() => renderRoutes(guarded, [hostile])).toThrow("cannot be written as");
  });
});

describe("a route with a second name, from Tailscale", () => {
  const [webui, vllm] = VIEW.routes as readonly { readonly names: readonly object[] }[];
  const second = { name: "gpuhost.tail0000.ts.net", certificate: "tailscale" };
  const named = (route: typeof webui) => ({ ...route, names: [...(route?.names ?? []), second] });
  const serversOf = (routes: string, name: string) =>
    routes.split(/^server \{$/m).filter((server) => server.includes(`server_name ${name};`));

  test.each([
    ["open", webui],
    ["open at some paths only", vllm],
  ])("%s: the same servers twice, but for name and certificate", (_, route) => {
    const routes = render("nginx/routes.conf", { routes: [named(route)] });
    const { name } = route as unknown as { name: string };
    const tls = /^ {4}ssl_certificate(_key)? .*\n/gm;
    const own = serversOf(routes, name);
    const tailnet = serversOf(routes, second.name);
    expect(own).toHaveLength(2);
    expect(own.join("")).not.toMatch(tls);
    expect(tailnet.join("").match(tls)).toEqual([
      "    ssl_certificate /srv/tls/tailscale.crt;\n",
      "    ssl_certificate_key /srv/tls/tailscale.key;\n",
    ]);
    // Nothing that binds the whole machine to https: other programs are at other ports of that name.
    const bound = /^ {4}(add_header|# No) Strict-Transport-Security.*\n/gm;
    expect(tailnet.join("")).not.toContain("add_header");
    const alike = tailnet.join("").replaceAll(tls, "").replaceAll(bound, "").replaceAll(second.name, name);
    expect(alike.trim()).toBe(own.join("").replaceAll(bound, "").trim());
    expect(tailnet[0]).toContain(`return 308 https://${second.name}$request_uri;`);
    // One upstream, and so one pool of connections.
    expect(matches(routes, /^upstream (\S+) /gm)).toEqual([name]);
  });

  test("a name or a file that is none is refused", () => {
    for (const change of [{ name: "a;b" }, { certificate: "../ca" }]) {
      const names = [{ ...second, ...change }];
      expect(() => render("nginx/routes.conf", { routes: [{ ...webui, names }] })).toThrow("cannot be written as");
    }
  });

  test("is on the page for clients as what needs no setup; the DNS server knows nothing of it", () => {
    const page = render("client/index.html", { routes: [named(webui), vllm] });
    expect(page).toContain('<a href="https://gpuhost.tail0000.ts.net/">gpuhost.tail0000.ts.net</a> is open-webui,');
    expect(page.match(/Without any setup/g)).toHaveLength(1);
    expect(render("client/index.html")).not.toContain("Without any setup");
    expect(render("dnsmasq/dnsmasq.conf", { routes: [named(webui)] })).not.toContain("ts.net");
  });
});

describe("dnsmasq", () => {
  test.each(["dnsmasq/dnsmasq.conf", "dnsmasq/zone.conf"])("%s answers exactly the zone and its routes", (name) => {
    const config = render(name);
    expect(matches(config, /^host-record=(\S+),100\.101\.102\.103$/gm)).toEqual([
      "liminati.internal",
      "webui.liminati.internal",
      "vllm.liminati.internal",
      "opik.liminati.internal",
    ]);
    expect(config).not.toMatch(/^address=/m);
  });

  test("asks the upstreams, never itself, and what the zone has not of the second one", () => {
    const servers = matches(render("dnsmasq/dnsmasq.conf"), /^server=(\S+)$/gm);
    expect(servers).toEqual(["100.100.100.100", "9.9.9.9", "/liminati.internal/127.0.0.1#5354"]);
    const second = render("dnsmasq/zone.conf");
    expect(second).toMatch(/^port=5354$/m);
    expect(second).toMatch(/^auth-zone=liminati\.internal$/m);
    expect(second).not.toMatch(/^server=/m);
  });

  test.each([[["1.1.1.1\naddn-hosts=/etc"]], [["/zone/1.1.1.1"]]])("refuses the upstreams %j", (nameservers) => {
    expect(() => render("dnsmasq/dnsmasq.conf", { nameservers })).toThrow("cannot be written as an IP address");
  });
});

describe("Opik", () => {
  const config = render("opik/clickhouse/config.xml");

  test("ClickHouse leaves 9000 to MinIO, and finds itself under its own port", () => {
    expect(matches(config, /<tcp_port>(\d+)</g)).toEqual(
      matches(config, /<replica>\s+<host>127.0.0.1<\/host>\s+<port>(\d+)</g),
    );
    expect(config).not.toMatch(/>9000</);
  });

  test("ClickHouse's macros never change: they are part of the paths in ZooKeeper", () => {
    expect(config.replaceAll(/\s/g, "")).toContain(
      "<macros><shard>1</shard><replica>clickhouse</replica><cluster>cluster</cluster></macros>",
    );
  });

  test.each(["opik/clickhouse/config.xml", "opik/clickhouse/users.xml"])("%s is well formed", (name) => {
    const open: string[] = [];
    for (const [, close, tag, empty] of render(name)
      .replaceAll(/<!--(?:(?!--).)*-->/gs, "")
      .matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (close === "/") expect(open.pop()).toBe(tag);
      else if (empty === "") open.push(tag ?? "");
    }
    expect(open).toEqual([]);
  });

  test("the frontend leaves its port to the image and everything else to nginx", () => {
    const frontend = render("opik/frontend/default.conf.template");
    // The image's envsubst replaces only variables that it knows; NGINX_PORT is the one we rely on.
    expect(matches(frontend, /^[^#\n]*(\$\{?[A-Z_]+\}?)/gm)).toEqual(["$\x7bNGINX_PORT}"]);
    expect(frontend).not.toMatch(/^\s*resolver\b/m);
    expect(frontend).toMatch(/location \/api\/ \{\s+proxy_pass http:\/\/127\.0\.0\.1:8080\/;/);
  });
});
