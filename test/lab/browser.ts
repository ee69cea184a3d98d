/** A real browser on the client machine: Debian's Chromium, headless, in that machine's network and with its trust. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium, type LaunchOptions } from "playwright-core";
import { labName } from "./support.ts";

const CHROMIUM = fileURLToPath(new URL("./chromium.sh", import.meta.url));
/** Without them Chromium asks for Google's hosts all the time; QUIC is not what is tested. */
const QUIET = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** A fresh profile each time: nothing that one test accepted is known to the next. */
export async function withBrowser<T>(
  use: (browser: BrowserContext) => Promise<T>,
  options: Pick<LaunchOptions, "args"> = {},
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    env: { ...process.env, LAB_NAME: labName() },
    chromiumSandbox: false,
    args: [...QUIET, ...(options.args ?? [])],
    timeout: 120_000,
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The title of a page, or why the browser refuses it: "net::ERR_CERT_AUTHORITY_INVALID". `args` are Chromium's own. */
export function visit(url: string, args: readonly string[] = []): Promise<string> {
  return withBrowser(
    async (browser) => {
      const page = await browser.newPage();
      try {
        await page.goto(url, { timeout: 60_000 });
        return await page.title();
      } catch (error) {
        return /net::\w+/.exec(String(error))?.[0] ?? String(error);
      }
    },
    { args: [...args] },
  );
}
