/** Renders a template below templates/ with the view of a small site; a test changes only what it is about. */
import { readFileSync } from "node:fs";
import { renderTemplate } from "../../src/render/handlebars.ts";

export const ADDRESS = "100.101.102.103";

export const VIEW = {
  stack: { domain: "liminati.internal", address: ADDRESS },
  service: { name: "nginx", home: "/var/lib/nginx-proxy", user: "nginx-user" },
  settings: { connect_timeout: 10, show_queries: true },
  ports: {
    http: { host: 80, container: 80 },
    https: { host: 443, container: 443 },
    client: { host: 8081, container: 8081 },
    dns: { host: 5353, container: 5353 },
    admin: { host: 5380, container: 8080 },
  },
  routes: [
    route("webui", "open-webui", 3000, { bodySize: "100m" }),
    route("vllm", "vllm-qwen", 8000, { paths: ["/v1/", "/health"] }),
    route("opik", "opik", 5173, { bodySize: "2g", readTimeout: 600 }),
  ],
  services: { nginx: { ports: { client: { host: 8081, container: 8081 } }, settings: {} } },
  nameservers: ["100.100.100.100", ADDRESS, "9.9.9.9"],
  authority: {
    certificate: "@AUTHORITY_CERTIFICATE@",
    fingerprint: "@AUTHORITY_FINGERPRINT@",
    each: "@AUTHORITY_EACH@",
    end: "@AUTHORITY_END@",
    base64: "@AUTHORITY_BASE64@",
    uuids: ["@AUTHORITY_UUID_1@", "@AUTHORITY_UUID_2@"],
  },
};

function route(host: string, service: string, port: number, more: object): object {
  const name = `${host}.liminati.internal`;
  return { host, name, names: [{ name, certificate: "" }], service, port, bodySize: "10m", readTimeout: 3600, ...more };
}

export function render(name: string, changes: object = {}): string {
  const file = `templates/${name}.hbs`;
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  return renderTemplate({ file, source }, { ...VIEW, ...changes });
}
