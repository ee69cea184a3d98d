/** Two installers at once, questions in the middle of a run, full and read-only disks, and the site's hooks. */
import { describe, expect, test } from "vitest";
import { as, listUnits } from "./services.ts";
import { smallStack, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const HOOKS = "/etc/install-quadlets/hooks";
const STATE = "/var/lib/install-quadlets";

const site = (name: string) => putFile(STACK, smallStack({ "open-webui": { settings: { name } } }));
const served = () => as("webui-user", "podman", "exec", "open-webui", "printenv", "WEBUI_NAME");

async function expectEverythingUp(): Promise<void> {
  expect((await listUnits()).filter((unit) => !unit.up).map((unit) => unit.name)).toEqual([]);
}

startFrom("small");

describe("at the same time", () => {
  test("the second installer says who is at work, and fifty questions are answered meanwhile", async () => {
    await site("First");
    const first = tryHost("install-quadlets", "--yes");
    await hostScript("until [ -e /run/install-quadlets.lock ]; do sleep 0.05; done");
    const [second, questions] = await Promise.all([
      tryHost("install-quadlets", "--yes"),
      // Ten at a time: what is asked is whether a run is in their way, not what the machine can bear.
      hostScript(`seq 50 | xargs -P 10 -I{} sh -c 'svc status dnsmasq --json >/tmp/answer-{} 2>&1; true'
        grep -lc '"state": "running"' /tmp/answer-* | wc -l; rm /tmp/answer-*`),
    ]);
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/another run is at work: install-quadlets \(pid \d+\), started by root at /);
    expect(questions).toBe("50");
    const ended = await first;
    expect(ended.code, ended.err).toBe(0);
    expect(await served()).toBe("First");
    expect(await host("install-quadlets", "--yes")).toContain("nothing to do");
  });

  test("the lock of a process that is gone is taken over", async () => {
    const stale = {
      pid: 4_000_000,
      started: "1",
      who: "somebody",
      since: "2026-01-01T00:00:00Z",
      what: "install-quadlets",
    };
    await putFile("/run/install-quadlets.lock", JSON.stringify(stale));
    expect(await host("install-quadlets", "--yes")).toContain("nothing to do");
  });
});

describe("a disk that cannot take it", () => {
  test.each([
    [
      "no room for the journal",
      `mount -t tmpfs -o size=4k,mode=700 tmpfs ${STATE}/generations`,
      `umount ${STATE}/generations`,
      "generations",
    ],
    [
      "units cannot be written",
      "mount --bind /etc/containers/systemd /etc/containers/systemd && mount -o remount,ro,bind /etc/containers/systemd",
      "umount /etc/containers/systemd",
      "/etc/containers/systemd",
    ],
  ])("%s: said plainly, and what ran before still runs", async (_, spoil, mend, place) => {
    const before = await served();
    await site("Second");
    await hostScript(spoil);
    const answer = await tryHost("install-quadlets", "--yes");
    await hostScript(mend);
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/no space left|read-only file system/i);
    expect(answer.err).toContain(place);
    expect(answer.err).not.toContain("fault of install-quadlets");
    expect(await served()).toBe(before);
    await expectEverythingUp();
  });

  test("no room in a service's own tree: its files are as they were, and it serves", async () => {
    const tree = "/var/lib/nginx-proxy/config";
    const config = "find /var/lib/nginx-proxy/config -type f -exec sha256sum {} + | sort";
    const before = await hostScript(config);
    // The same files on a small disk that something else has filled: the next one finds no room.
    await hostScript(`
      cp -a ${tree} /root/kept-config
      mount -t tmpfs -o size=64k,mode=$(stat -c %a ${tree}) tmpfs ${tree}
      chown --reference=/root/kept-config ${tree}
      cp -a /root/kept-config/. ${tree}/
      dd if=/dev/zero of=${tree}/filler bs=4k 2>/dev/null || true
    `);
    await putFile(STACK, smallStack({ "nginx-proxy": { settings: { connect_timeout: 13 } } }));
    const answer = await tryHost("install-quadlets", "--yes");
    await hostScript(`umount -l ${tree}; rm -rf /root/kept-config`);
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/no space left/i);
    expect(answer.err).toContain(tree);
    expect(await hostScript(config)).toBe(before);
    await expectEverythingUp();
    const name = "webui.liminati.internal";
    await host(
      "curl",
      "-ksSf",
      "-o",
      "/dev/null",
      "--resolve",
      `${name}:443:100.101.102.103`,
      `https://${name}/health`,
    );
    await site("Second");
  });

  test("with the disk mended the same run goes through", async () => {
    await host("install-quadlets", "--yes");
    expect(await served()).toBe("Second");
  });
});

test("a program that hangs is ended at its deadline, and the run is taken back", async () => {
  const file = "/etc/install-quadlets/services/late.yaml";
  const service = {
    description: "Late",
    account: { user: "late-user", home: "/var/lib/late" },
    containers: { late: { image: "docker.io/lab/echo:1", environment: { PORT: "8080" } } },
  };
  await putFile(file, JSON.stringify(service));
  await putFile(STACK, smallStack({ late: {}, "open-webui": { settings: { name: "Second" } } }));
  await putFile("/root/hang", "#!/bin/sh\nexec sleep 600\n", "0755");
  await hostScript("mount --bind /root/hang /usr/sbin/useradd");
  const answer = await tryHost("install-quadlets", "--yes");
  await hostScript(`umount /usr/sbin/useradd; rm /root/hang ${file}; ! pgrep -ax sleep | grep -w 600`);
  expect(answer.code).toBe(1);
  expect(answer.err).toMatch(/no end after 30 s, killed: useradd /);
  expect(answer.err).toContain("everything was taken back");
  expect((await tryHost("getent", "group", "late-user")).out).toBe("");
  await site("Second");
  expect(await host("install-quadlets", "--yes")).toContain("nothing to do");
});

describe("hooks", () => {
  test("both get the plan; the one before can stop the run", async () => {
    await putFile(`${HOOKS}/pre-apply`, "#!/bin/sh\ncat >/run/plan-before\n", "0755");
    await putFile(`${HOOKS}/post-apply`, "#!/bin/sh\ncat >/run/plan-after\n", "0755");
    await site("Third");
    await host("install-quadlets", "--yes");
    const plan = JSON.parse(await host("cat", "/run/plan-before")) as { version: number; changes: readonly unknown[] };
    expect(plan).toMatchObject({ version: 1 });
    expect(plan.changes.length).toBeGreaterThan(1);
    expect(JSON.parse(await host("cat", "/run/plan-after"))).toEqual(plan);

    await putFile(`${HOOKS}/pre-apply`, "#!/bin/sh\necho 'not on a Friday' >&2; exit 3\n", "0755");
    await site("Fourth");
    const stopped = await tryHost("install-quadlets", "--yes");
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain("not on a Friday");
    expect(await served()).toBe("Third");
  });

  test("one that others can write is refused", async () => {
    await host("chmod", "0777", `${HOOKS}/pre-apply`);
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("nobody else can write");
    await host("rm", "-f", "/run/plan-before", "/run/plan-after");
  });
});
