/** Golden texts: what each template makes for the small site of support.ts. Review their diffs like code; `vitest -u` rewrites them. */
import { expect, test } from "vitest";
import { render } from "./support.ts";

const TEMPLATES = [
  "nginx/nginx.conf",
  "nginx/routes.conf",
  "nginx/client-files.conf",
  "dnsmasq/dnsmasq.conf",
  "dnsmasq/zone.conf",
  "dnsmasq/page.conf",
  "dnsmasq/page.html",
  "opik/clickhouse/config.xml",
  "opik/clickhouse/users.xml",
  "opik/frontend/default.conf.template",
  "client/install-client.sh",
  "client/install-client.ps1",
  "client/ca.mobileconfig",
  "client/index.html",
];

test.each(TEMPLATES)("%s", async (name) => {
  await expect(render(name)).toMatchFileSnapshot(`golden/${name.replaceAll("/", "-")}.txt`);
});

const DOMAINS = ["x\ny", "a;b", 'a"b', "a'b", "$host", "a b", "{{x}}", "</title>", "-a", ""];
// The others carry nothing of the site.
const SITE_TEMPLATES = TEMPLATES.filter((name) => !name.startsWith("opik/") && name !== "nginx/client-files.conf");
const hostile = SITE_TEMPLATES.flatMap((name) => DOMAINS.map((domain) => [name, domain] as const));

test.each(hostile)("%s refuses the domain %j", (name, domain) => {
  expect(() => render(name, { stack: { domain, address: "100.101.102.103" } })).toThrow("cannot be written as");
});

test.each([
  "nginx/nginx.conf",
  "nginx/routes.conf",
  "dnsmasq/dnsmasq.conf",
  "dnsmasq/zone.conf",
  "client/install-client.sh",
  "client/install-client.ps1",
])("%s refuses a hostile address and names the file", (name) => {
  const stack = { domain: "liminati.internal", address: "1.2.3.4;\n" };
  expect(() => render(name, { stack })).toThrow(`templates/${name}.hbs:`);
});
