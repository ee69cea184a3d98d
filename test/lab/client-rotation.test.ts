/** A client goes through a rotation of the authority: one that keeps up, one that comes late, and what is left of it all. */
import { beforeAll, expect, test } from "vitest";
import { startFrom } from "./start.ts";
import { authorities, client, host, TAILNET_ADDRESS, tryClient } from "./support.ts";

const SERVED = `http://${TAILNET_ADDRESS}:8081/install-client.sh`;
const URL_OF_A_SERVICE = "https://webui.liminati.internal/health";

/** As the page says it. */
function script(...args: string[]) {
  return tryClient("sh", "-c", 'curl -fsS "$1" | { shift; sh -s -- "$@"; }', "sh", SERVED, ...args);
}

/** Content and modes of the client's /etc, and what its system trusts of ours. */
function machine(): Promise<string> {
  const places = "/etc /usr/local/share";
  return client(
    "sh",
    "-c",
    `find ${places} -xdev -printf '%M %u %g %p %l\n' | sort; find ${places} -xdev -type f -exec sha256sum {} + | sort`,
  );
}

const asks = () => tryClient("curl", "-sS", "--fail", "--max-time", "20", "-o", "/dev/null", URL_OF_A_SERVICE);

/** A rotation is two runs at most. */
async function backToTheOldOne(): Promise<void> {
  for (let run = 0; run < 2; run++) {
    const { authority, next } = await authorities();
    if (authority === old && next === undefined) return;
    await host("install-quadlets", "rollback", "--yes");
  }
}

let untouched: string;
let old: string;

startFrom("small", { client: "new" });

beforeAll(async () => {
  untouched = await machine();
  old = (await authorities()).authority;
  const answer = await script("--fingerprint", old, TAILNET_ADDRESS);
  expect(answer.code, answer.err).toBe(0);
});

test("in the overlap an old client is served, is told that it knows one of two, and learns the other", async () => {
  await host("install-quadlets", "ca", "rotate", "--yes");
  const { authority, next } = await authorities();
  expect(authority).toBe(old);
  expect(next).toMatch(/^[0-9A-F:]{95}$/);
  expect(await asks()).toMatchObject({ code: 0 });

  const check = await script("--check");
  expect(check.code, check.out).toBe(1);
  expect(check.out).toMatch(/^FAIL {2}.*next|^FAIL {2}.*authority/m);

  // A pin of neither is refused; without a pin both are trusted.
  expect((await script("--fingerprint", "AB:".repeat(31).concat("AB"), TAILNET_ADDRESS)).code).toBe(1);
  const answer = await script(TAILNET_ADDRESS);
  expect(answer.code, answer.err).toBe(0);
  expect(await script("--check")).toMatchObject({ code: 0 });
  expect(await asks()).toMatchObject({ code: 0 });
});

test("at its end that client goes on without a word, and lets go of the old one when its script is run again", async () => {
  const { next } = await authorities();
  const both = await machine();
  await host("install-quadlets", "ca", "rotate", "--finish", "--yes");
  expect((await authorities()).authority).toBe(next);
  expect(await asks()).toMatchObject({ code: 0 });

  const answer = await script("--fingerprint", next ?? "", TAILNET_ADDRESS);
  expect(answer.code, answer.err).toBe(0);
  expect(await machine()).not.toBe(both);
  expect((await script(TAILNET_ADDRESS)).out).toContain("nothing to do: this machine is set up");
  expect(await asks()).toMatchObject({ code: 0 });
  expect(await script("--uninstall")).toMatchObject({ code: 0 });
  expect(await machine()).toBe(untouched);
});

test("a client that slept through it is refused, its check says why, and its script mends it", async () => {
  await backToTheOldOne();
  expect((await authorities()).authority).toBe(old);
  expect(await script("--fingerprint", old, TAILNET_ADDRESS)).toMatchObject({ code: 0 });
  await host("install-quadlets", "ca", "rotate", "--yes");
  await host("install-quadlets", "ca", "rotate", "--finish", "--yes");

  // curl 8.16 says it otherwise than those before.
  expect((await asks()).err).toMatch(/SSL certificate (problem|OpenSSL verify result)/);
  const check = await script("--check");
  expect(check.code).toBe(1);
  expect(check.out).toMatch(/^FAIL {2}trust: /m);
  const { authority } = await authorities();
  expect(await script("--fingerprint", authority, TAILNET_ADDRESS)).toMatchObject({ code: 0 });
  expect(await asks()).toMatchObject({ code: 0 });
  expect(await script("--uninstall")).toMatchObject({ code: 0 });
  expect(await machine()).toBe(untouched);
});
