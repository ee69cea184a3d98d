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
    expect(matches(routes, /proxy_pass http:\/\/(\S+);/g)).toEqual([
      "127.0.0.1:3000",
      "127.0.0.1:8000",
      "127.0.0.1:8000",
      "127.0.0.1:5173",
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

describe("dnsmasq", () => {
  test("answers exactly the zone and its routes, and forwards nothing of the zone", () => {
    const config = render("dnsmasq/dnsmasq.conf");
    expect(matches(config, /^host-record=(\S+),100\.101\.102\.103$/gm)).toEqual([
      "liminati.internal",
      "webui.liminati.internal",
      "vllm.liminati.internal",
      "opik.liminati.internal",
    ]);
    expect(config).toMatch(/^local=\/liminati\.internal\/$/m);
    expect(config).not.toMatch(/^address=/m);
  });

  test("asks the upstreams, never itself", () => {
    expect(matches(render("dnsmasq/dnsmasq.conf"), /^server=(\S+)$/gm)).toEqual(["100.100.100.100", "9.9.9.9"]);
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
