/** A run that fails is taken back by itself; a run that went well is taken back when asked. */
import { describe, expect, test } from "vitest";
import { as, listUnits } from "./services.ts";
import { smallStack, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const CATALOGUE = "/etc/install-quadlets/services/open-webui.yaml";
/** Texts, modes and owners of everything that a change of settings touches, and the record of what runs with what. */
const OURS = `find /etc/containers /etc/systemd /var/lib/nginx-proxy/config /var/lib/nginx-proxy/tls /var/lib/dnsmasq-llm/config \
  /var/lib/install-quadlets -path '*/generations*' -prune -o -printf '%y %m %U %G %p ' -a \\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\)`;

interface Run {
  readonly number: number;
  readonly result: string;
}

const listing = () => hostScript(OURS);

async function runs(): Promise<readonly Run[]> {
  return (JSON.parse(await host("install-quadlets", "history", "--json")) as { runs: readonly Run[] }).runs;
}

async function expectEverythingUp(): Promise<void> {
  expect((await listUnits()).filter((unit) => !unit.up).map((unit) => unit.name)).toEqual([]);
}

startFrom("small");

describe("a step that fails", () => {
  test("here and there in a run, everything before it is taken back", async () => {
    const before = await listing();
    await putFile(
      STACK,
      smallStack({
        "open-webui": { settings: { name: "Ours" } },
        "nginx-proxy": { settings: { connect_timeout: 11 } },
      }),
    );
    let failures = 0;
    for (let at = 1; ; ) {
      const answer = await tryHost("env", `INSTALL_QUADLETS_FAULT=fail:${at}`, "install-quadlets", "--yes");
      if (answer.code === 0) break;
      const place = answer.err.match(/injected fault at change \d+: .*/)?.[0] ?? answer.err;
      // Every single one is tried by the unit tests and by test/soak/steps.test.ts. Writing into and clearing the staging
      // directory is one kind of step, two dozen times over.
      at += place.includes("-staging") ? 7 : 3;
      if (/generations/.test(place)) continue;
      failures += 1;
      expect(place).toContain("injected fault");
      expect(await listing(), place).toBe(before);
    }
    expect(failures).toBeGreaterThan(4);
    await expectEverythingUp();
    expect(await as("webui-user", "podman", "exec", "open-webui", "printenv", "WEBUI_NAME")).toBe("Ours");
  });

  test("the history names each, and no run is left open", async () => {
    const results = new Set((await runs()).map((run) => run.result));
    expect(results).toContain("taken back");
    expect(results).not.toContain("open");
  });
});

test("an image that never becomes healthy is taken back within its budget, the old one serves", async () => {
  const before = await listing();
  await hostScript(`mkdir -p /etc/install-quadlets/services
    sed -e 's|^    image: .*|    image: docker.io/lab/unhealthy:1|' -e 's|^    start_timeout: .*|    start_timeout: 15|' \
      /usr/local/lib/install-quadlets/*/config/services/open-webui.yaml >${CATALOGUE}`);
  const answer = await tryHost("install-quadlets", "--yes");
  expect(answer.code).toBe(1);
  expect(answer.err).toMatch(/open-webui did not come up/);
  expect(answer.err).toContain("everything was taken back");
  expect(answer.err).toMatch(/its last log lines:|its health check says:/);
  expect(await listing()).toBe(before);
  await expectEverythingUp();
  expect(await host("curl", "-fsS", "http://localhost:3000/health")).not.toBe("");
  await host("rm", CATALOGUE);
});

test("rollback takes back the last run that stands", async () => {
  const nameServed = () => as("webui-user", "podman", "exec", "open-webui", "printenv", "WEBUI_NAME");
  const [before, name] = [await listing(), await nameServed()];
  await putFile(STACK, smallStack({ "open-webui": { settings: { name: "Theirs" } } }));
  await host("install-quadlets", "--yes");
  expect(await host("install-quadlets", "rollback", "--yes")).toMatch(/taken back: \d+/);
  expect(await listing()).toBe(before);
  await expectEverythingUp();
  expect((await runs()).at(-1)?.result).toBe("undone");
  expect(await nameServed()).toBe(name);
});
