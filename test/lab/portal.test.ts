/** The page about the site, at the zone itself: what it says is what `svc status` says; looked at in a real browser. */
import { mkdirSync } from "node:fs";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { statusSchema } from "../../src/config/schema/status.ts";
import { withBrowser } from "./browser.ts";
import { SMALL, startFrom } from "./start.ts";
import { client, host, putFile, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const ZONE = "liminati.internal";
const PAGE = `https://${ZONE}/`;
const SETUP = `http://${TAILNET_ADDRESS}:8081/`;
const LOOK = "install-quadlets-metrics.service";
/** Where pictures for people go; none are made without it. */
const PICTURES = process.env["LAB_PICTURES"];

startFrom("small");

beforeAll(async () => {
  await putFile("/etc/install-quadlets/stack.yaml", `portal: true\n${SMALL}`);
  const answer = await tryHost("install-quadlets", "--yes");
  expect(answer.code, answer.out + answer.err).toBe(0);
  expect(answer.out).not.toMatch(/> restart/);
  await host("systemctl", "start", LOOK);
  // What install-client.sh does for whoever runs it, and in this state root did.
  const trust = `mkdir -p .pki/nssdb && certutil -N -d sql:.pki/nssdb --empty-password &&
    curl -fsS ${SETUP}ca.crt | certutil -A -d sql:.pki/nssdb -n ca -t C,,`;
  await client("runuser", "-l", "ada", "-c", trust);
});

/** As a person sees it, once it has read how the site is. */
async function withPage<T>(
  use: (page: Page) => Promise<T>,
  options: { dark?: boolean; width?: number } = {},
): Promise<T> {
  return withBrowser(async (browser) => {
    const page = await browser.newPage();
    await page.emulateMedia({ colorScheme: options.dark === true ? "dark" : "light" });
    await page.setViewportSize({ width: options.width ?? 1100, height: 900 });
    await page.goto(PAGE);
    await page.locator("#unit-rows tr").first().waitFor();
    return use(page);
  });
}

async function words(page: Page): Promise<Readonly<Record<string, string>>> {
  const cells = await page.locator("[data-service]").all();
  const pairs = cells.map(async (cell) => [
    (await cell.getAttribute("data-service")) ?? "",
    (await cell.locator(".word").textContent()) ?? "",
  ]);
  return Object.fromEntries(await Promise.all(pairs)) as Readonly<Record<string, string>>;
}

/** For whoever looks at it. */
async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}

/** What `svc status` says, by service. */
async function statusWords(): Promise<Readonly<Record<string, string>>> {
  const { out } = await tryHost("svc", "status", "--json");
  const { services } = statusSchema.parse(JSON.parse(out));
  return Object.fromEntries(services.map(({ name, word }) => [name, word]));
}

test("all is well: the services are there with their word, nothing is loaded from elsewhere and nothing is refused", async () => {
  const seen = await withBrowser(async (browser) => {
    const page = await browser.newPage();
    const urls: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(PAGE);
    await page.locator("#summary.is-good").waitFor();
    const summary = await page.locator("#summary").textContent();
    return { urls, complaints, summary, words: await words(page), title: await page.title() };
  });
  expect(seen).toEqual({
    urls: ["", "portal.css", "portal.js", "state.json"].map((path) => `${PAGE}${path}`),
    complaints: [],
    summary: "Everything is as it should be.",
    words: { "vllm-qwen": "healthy", "open-webui": "healthy" },
    title: ZONE,
  });
});

test.each([
  ["light", {}],
  ["dark", { dark: true }],
  ["phone", { width: 390 }],
] as const)("axe finds nothing, and nothing is wider than the window: %s", async (name, options) => {
  const seen = await withPage(async (page) => {
    await picture(page, name);
    const width = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    // Put in by the browser's own tools: the page's policy lets nobody else's script run.
    await page.evaluate(axe.source);
    const found = await page.evaluate<string[]>(
      "axe.run().then(({ violations }) => violations.map((one) => [one.impact, one.id, one.nodes[0].html].join(' ')))",
    );
    return { width, found };
  }, options);
  expect(seen).toEqual({ width: 0, found: [] });
});

test("a unit that somebody stopped is called as svc status calls it", async () => {
  await host("svc", "stop", "open-webui");
  // The page and svc look one after the other, and on a busy machine an answer may be late for one of them.
  const both = async () => {
    await host("systemctl", "start", LOOK);
    const seen = await withPage(async (page) => {
      await picture(page, "stopped");
      return [await page.locator("#summary").textContent(), await words(page)];
    });
    const { "open-webui": chat, "vllm-qwen": model } = await statusWords();
    return [...seen, { "open-webui": chat, "vllm-qwen": model }];
  };
  const wanted = { "open-webui": "stopped", "vllm-qwen": "healthy" };
  await expect
    .poll(both, { timeout: 180_000, interval: 2_000 })
    .toEqual(["Not as it should be: open-webui (stopped).", wanted, wanted]);
});

test("a state that nobody writes any more is called old", async () => {
  const file = "/var/lib/nginx-proxy/www/portal/state.json";
  await host("systemctl", "stop", "install-quadlets-metrics.timer");
  // A look that is under way would write over it: this waits for its end.
  await host("systemctl", "start", LOOK);
  await host("sed", "-i", 's/"taken":"[^"]*"/"taken":"2026-01-01T10:00:00.000Z"/', file);
  const said = await withPage(async (page) => {
    await picture(page, "old");
    return page.locator("#summary").textContent();
  });
  expect(said).toMatch(/^As of 1 January 2026, \d\d:00, not newer\. The host has not written its state since/);
  await host("systemctl", "start", "install-quadlets-metrics.timer");
});

test("what it is made of holds no name of an account, no path and no secret, and the other addresses stay", async () => {
  const text = await client("curl", "-fsS", `${PAGE}state.json`);
  expect(text).not.toMatch(/-user|\/var\/|\/run\/|127\.0\.0\.1/);
  expect(await client("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", `http://${ZONE}/`)).toBe(
    `308 ${PAGE}`,
  );
  for (const path of ["install-client.sh", "install-client.ps1", "ca.crt", "ca.mobileconfig"])
    expect(await client("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", `${PAGE}${path}`), path).toBe("200");
  expect((await tryClient("curl", "-fsS", `${PAGE}index.html`)).code).not.toBe(0);
});
