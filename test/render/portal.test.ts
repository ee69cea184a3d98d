/** The page about the site: only where stack.yaml wants it, and with what this site has. */
import { expect, test } from "vitest";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { renderSite, siteSources } from "./support.ts";

const WWW = "/var/lib/nginx-proxy/www/portal";
const fileOf = ({ files }: DesiredState, path: string) => files.find((file) => file.path === path);
const page = (stack: string) => fileOf(renderSite(siteSources(stack)), `${WWW}/index.html`)?.content ?? "";

test("without the line nothing of it is there", () => {
  const state = renderSite();
  const paths = [...state.files, ...state.directories].map(({ path }) => path as string);
  expect(paths.filter((path) => path.includes("portal") || path.includes("metrics"))).toEqual([]);
  expect(fileOf(state, "/var/lib/nginx-proxy/config/routes.conf")?.content).not.toContain("portal");
});

test("with it the files are there, root's timer looks, and no unit of a service differs", () => {
  const state = renderSite(siteSources("portal: true"));
  const plain = renderSite();
  const added = (of: (one: DesiredState) => readonly string[]) => of(state).filter((one) => !of(plain).includes(one));
  expect(added(({ files }) => files.map(({ path }) => path))).toEqual([
    "/etc/systemd/system/install-quadlets-metrics.service",
    "/etc/systemd/system/install-quadlets-metrics.timer",
    "/var/lib/nginx-proxy/config/portal.conf",
    `${WWW}/index.html`,
    `${WWW}/portal.css`,
    `${WWW}/portal.js`,
  ]);
  expect(added(({ directories }) => directories.map(({ path }) => path))).toEqual([WWW]);
  expect(state.units.map(({ fingerprint }) => fingerprint)).toEqual(plain.units.map(({ fingerprint }) => fingerprint));
  const index = JSON.parse(fileOf(state, INDEX_PATH)?.content ?? "") as ServiceIndex;
  expect(index.measured).toEqual({ directories: [], portal: WWW });
});

test("the page of the default stack, and how nginx serves it", async () => {
  const state = renderSite(siteSources("portal: true"));
  await expect(page("portal: true")).toMatchFileSnapshot("golden/portal.html");
  const served = fileOf(state, "/var/lib/nginx-proxy/config/portal.conf");
  await expect(served?.content).toMatchFileSnapshot("golden/portal.conf");
  const routes = fileOf(state, "/var/lib/nginx-proxy/config/routes.conf")?.content ?? "";
  expect(routes).toContain("return 308 https://liminati.internal$request_uri;");
  expect(routes).not.toContain("client-files.conf");
});

test("with a gateway there is one address for all models, and a key of one's own", () => {
  const html = page("{ portal: true, services: { opik: { enabled: false }, gateway: {} } }");
  expect(html).toContain("https://llm.liminati.internal/v1");
  expect(html).toContain("sudo gateway-manage key create NAME");
  expect(html).not.toContain("https://vllm.liminati.internal/v1");
  expect(html).toContain("<td>32,768 tokens</td>");
});

test("another domain, and no other's name", () => {
  const html = page("{ portal: true, domain: llm.example.org }");
  expect(html).toContain('<a href="https://webui.llm.example.org/">webui.<wbr>llm.example.org</a>');
  expect(html).not.toContain("liminati");
});

test("a site without models and routes", () => {
  const off = ["vllm-qwen", "open-webui", "opik"].map((name) => `${name}: { enabled: false }`);
  const html = page(`{ portal: true, services: { ${off.join(", ")} } }`);
  expect(html).toContain("No service of this site has an address of its own.");
  expect(html).not.toMatch(/id="(models|programs)"/);
});

const ODD = `q'"<b>&$(x)`;
test("a name of a model is text, in the page and in what is copied from it", () => {
  const settings = JSON.stringify({ served_name: ODD });
  const html = page(`{ portal: true, services: { vllm-qwen: { settings: ${settings} } } }`);
  expect(html).not.toContain("<b>");
  const text = html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  expect(text).toContain(`model=${JSON.stringify(ODD).replace("<", "\\u003c")},`);
  expect(text).toContain(`-d '{"model":"q'\\''\\"<b>&$(x)","messages"`);
});

const BROKEN = [
  [
    "an element that nobody closes",
    /<(section|main|header|nav|table|tbody|thead|tr|td|th|ul|li|p|pre|code|div|h[1-4])\b/g,
  ],
] as const;
test.each(BROKEN)("%s: each is closed", (_, opened) => {
  for (const stack of ["portal: true", "{ portal: true, services: { gateway: {} } }"]) {
    const html = page(stack);
    for (const [, name] of html.matchAll(opened)) {
      const count = (pattern: string) => html.split(new RegExp(pattern)).length;
      expect(count(`<${name}[ >]`), name).toBe(count(`</${name}>`));
    }
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, anchor] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(anchor);
    // Strict: no script, style or handler in the page itself.
    expect(html).not.toMatch(/<style|<script(?! src="\/portal\.js" defer><\/script>)| on[a-z]+=| style=/);
  }
});
