/** The page for clients, looked at and clicked through in a real browser on the client machine. */
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import decodeQR from "qr/decode.js";
import { beforeAll, describe, expect, test } from "vitest";
import { withBrowser } from "./browser.ts";
import { CA } from "./certificates.ts";
import { startFrom } from "./start.ts";
import { client, host, TAILNET_ADDRESS } from "./support.ts";

const PAGE = `http://${TAILNET_ADDRESS}:8081/`;
const AUTHORITY = `${CA}/ca.crt`;

startFrom("small");

function onPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  return withBrowser(async (browser) => {
    const page = await browser.newPage();
    await page.goto(PAGE);
    return use(page);
  });
}

describe("in the browser", () => {
  test("each button copies the text beside it, and says so", async () => {
    const copied = await onPage(async (page) => {
      // What is copied is seen where a person would see it: pasted into something else.
      const input = await page.context().newPage();
      await input.setContent("<textarea></textarea>");
      const pairs: [string, string][] = [];
      for (const command of await page.locator(".command").all()) {
        const wanted = (await command.locator("code").textContent()) ?? "";
        await page.bringToFront();
        await command.getByRole("button", { name: "Copy" }).click();
        await command.getByRole("button", { name: "Copied" }).waitFor();
        await input.bringToFront();
        await input.locator("textarea").fill("");
        await input.locator("textarea").press("Control+V");
        pairs.push([wanted, await input.locator("textarea").inputValue()]);
      }
      return pairs;
    });
    expect(copied.map(([wanted]) => wanted.split(" ")[0]).slice(0, 2)).toEqual(["curl", "&"]);
    expect(copied).toHaveLength(5);
    for (const [wanted, pasted] of copied) expect(pasted).toBe(wanted);
  });

  test("the QR code leads to the page", async () => {
    const pixels = await onPage(async (page) => {
      const picture = await page.locator(".qr svg").evaluate((svg) => svg.outerHTML);
      // On a page without the real one's policy, which allows no pictures.
      const blank = await page.context().newPage();
      // Text, as the types of a browser are not known here.
      return blank.evaluate<number[]>(`(async () => {
        const image = new Image();
        image.src = "data:image/svg+xml," + encodeURIComponent(${JSON.stringify(picture)});
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 132;
        const context = canvas.getContext("2d");
        context.fillStyle = "#fff";
        context.fillRect(0, 0, 132, 132);
        context.drawImage(image, 0, 0, 132, 132);
        return [...context.getImageData(0, 0, 132, 132).data];
      })()`);
    });
    expect(decodeQR({ width: 132, height: 132, data: Uint8Array.from(pixels) })).toBe(PAGE);
  });

  test("nothing is loaded from elsewhere, nothing is refused, and it fits a phone", async () => {
    const seen = await withBrowser(async (browser) => {
      const page = await browser.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(PAGE);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      return { requests: requests.filter((url) => !url.startsWith("data:")), complaints, width };
    });
    expect(seen).toEqual({ requests: [PAGE], complaints: [], width: 360 });
  });

  test("every link to this site leads somewhere", async () => {
    const links = await onPage((page) => page.evaluate<string[]>("[...document.links].map((link) => link.href)"));
    const ours = [...new Set(links)].filter((link) => link.startsWith(PAGE) && !link.includes("#"));
    expect(ours.map((link) => link.slice(PAGE.length)).sort()).toEqual([
      "ca.crt",
      "ca.mobileconfig",
      "install-client.ps1",
      "install-client.sh",
    ]);
    for (const link of ours)
      expect(await client("curl", "-fsS", "-o", "/dev/null", "-w", "%{http_code}", link)).toBe("200");
    const anchors = links.filter((link) => link.startsWith(`${PAGE}#`)).map((link) => link.slice(PAGE.length));
    const found = await onPage((page) => Promise.all(anchors.map((anchor) => page.locator(anchor).count())));
    expect(found.every((count) => count === 1)).toBe(true);
  });
});

describe("what it offers", () => {
  let der: Buffer;
  let fingerprint: string;

  beforeAll(async () => {
    const pem = await host("cat", AUTHORITY);
    der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
    fingerprint =
      (await host("openssl", "x509", "-in", AUTHORITY, "-noout", "-fingerprint", "-sha256")).split("=")[1] ?? "";
  });

  const typeOf = (name: string) => client("curl", "-fsS", "-o", "/dev/null", "-w", "%{content_type}", `${PAGE}${name}`);

  test("a profile for Apple's devices that holds the authority", async () => {
    expect(await typeOf("ca.mobileconfig")).toBe("application/x-apple-aspen-config");
    const profile = await client("curl", "-fsS", `${PAGE}ca.mobileconfig`);
    const data = /<data>([^<]+)<\/data>/.exec(profile)?.[1] ?? "";
    expect(Buffer.from(data, "base64").equals(der)).toBe(true);
    expect(profile).toContain(fingerprint);
    const uuids = [...profile.matchAll(/<key>PayloadUUID<\/key>\s*<string>([^<]+)</g)].map((match) => match[1]);
    expect(new Set(uuids).size).toBe(2);
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-8[0-9A-F]{3}-[0-9A-F]{12}$/);
  });

  test("the certificate, with the type that phones and browsers open", async () => {
    expect(await typeOf("ca.crt")).toBe("application/x-x509-ca-cert");
    expect(await typeOf("install-client.ps1")).toBe("text/plain; charset=utf-8");
    const script = await client("curl", "-fsS", `${PAGE}install-client.ps1`);
    expect(script).toContain(`    $encoded = @(\n        '${der.toString("base64")}'\n    )\n`);
  });

  test("svc client on the host prints the same commands, with the fingerprint pinned", async () => {
    const setup = JSON.parse(await host("svc", "client", "--json")) as Record<string, string>;
    expect(setup).toMatchObject({ page: PAGE, fingerprint });
    const shown = await host("svc", "client");
    for (const part of [setup["shell"], setup["powershell"], fingerprint]) expect(shown).toContain(part);
    const command = (setup["shell"] ?? "").replace(/ \S+$/, " --check");
    expect(await client("runuser", "-u", "ada", "--", "sh", "-c", command)).toContain("ok    trust: https://");
  });
});
