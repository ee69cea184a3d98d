/** Bad days of a host: what it does, and what is said of it then; mended by what is said to paste, or by one run. */
import { beforeAll, describe, expect, test } from "vitest";
import { AS, expectNamedAndMended, withThePage } from "./damage.ts";
import { SMALL, smallStack, startFrom } from "./start.ts";
import { hostScript, putFile, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";

const LEDGER = `
description: Ledger
account: { user: ledger-user, home: /var/lib/ledger }
directories: [{ path: config, mode: "0755" }]
files: [{ template: store.hbs, path: config/store.conf, mode: "0644", restarts: [store] }]
pod: {}
containers:
  store:
    image: docker.io/library/redis:7.2.16-alpine
    user: "999:1000"
    command: [redis-server, /config/store.conf]
    mounts: [{ source: config, target: /config, read_only: true }]
    health: { command: [redis-cli, -p, "6390", ping], interval: 5, timeout: 5, retries: 2 }
  front:
    image: docker.io/library/redis:7.2.16-alpine
    user: "999:1000"
    command: [sh, -c, "redis-cli -p 6390 ping || exit 3; exec redis-server"]
    health: { command: [redis-cli, -p, "6390", ping], interval: 5, timeout: 5, retries: 2 }
    after: { store: healthy }
`;

startFrom("small");

beforeAll(() => withThePage(SMALL));

test("a container that is killed by hand is named as that, for as long as it is down", async () => {
  const kill = "kill -KILL $(as webui-user podman inspect --format '{{.State.Pid}}' open-webui) || true";
  const look = async () => {
    // It comes back by itself in a while.
    await hostScript(`${AS} ${kill}`);
    return (await tryHost("svc", "status", "open-webui")).out.split("\n")[0];
  };
  await expect
    .poll(look, { timeout: 120_000, interval: 1_000 })
    .toMatch(/^open-webui: failed: it was killed \(signal 9\), and not for want of memory: .* or by hand$/);
  await hostScript("svc restart open-webui");
  expect((await tryHost("svc", "status", "open-webui")).code).toBe(0);
});

expectNamedAndMended({
  name: "the address of the site is gone",
  make: "ip address del 100.101.102.103/24 dev tailscale0",
  ask: "nginx-proxy",
  says: /^nginx-proxy: degraded: nobody outside reaches it: this host has no address 100\.101\.102\.103 now$/,
  // The lab's Tailscale has no daemon that would.
  instead: "ip address add 100.101.102.103/24 dev tailscale0",
});

expectNamedAndMended({
  name: "the first podman after a boot was killed half-way",
  make: `
    svc stop open-webui
    notes=/run/user/$(id -u webui-user)/libpod/tmp
    kill -KILL $(cat $notes/pause.pid)
    rm -f $notes/alive
    printf 4194000 >$notes/pause.pid
    ctl webui-user start open-webui`,
  ask: "open-webui",
  says: /^open-webui: (failed|starting): .*podman remembers processes that are gone/,
});

describe("where the directory of a user manager was unmounted", () => {
  test("svc status names it, and a plan says what brings it back", async () => {
    await hostScript("umount -l /run/user/$(id -u webui-user)");
    const { code, out } = await tryHost("svc", "status", "open-webui");
    expect(code).toBe(1);
    expect(out).toMatch(
      /^open-webui: failed: \/run\/user\/\d+ is gone, and nothing reaches the user manager of webui-user$/m,
    );
    const verified = await tryHost("install-quadlets", "verify");
    expect(verified.code).toBe(2);
    expect(verified.out).toMatch(/user manager of webui-user +\/run\/user\/\d+ is gone, and nothing reaches it/);
  });

  test("one run is enough", async () => {
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code, run.out + run.err).toBe(0);
    expect((await tryHost("svc", "status")).code).toBe(0);
    expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  });
});

describe("where the store of images is full", () => {
  const HOME = "/var/lib/notes";
  const SERVICE = `
description: Notes
account: { user: notes-user, home: ${HOME} }
containers:
  notes: { image: "docker.io/library/redis:7.2.16-alpine", user: "999:1000", command: [redis-server] }
`;

  test("a run says so in a sentence, with the place; nothing of it stays", async () => {
    await putFile(`${SITE}/services/notes.yaml`, SERVICE);
    await putFile(`${SITE}/stack.yaml`, `portal: true\n${smallStack({ notes: {} })}`);
    await hostScript(`mkdir ${HOME}; mount -t tmpfs -o size=6m,mode=0711 tmpfs ${HOME}`);
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code, run.out).not.toBe(0);
    expect(run.err).toMatch(
      /^error: there is no room for docker\.io\/library\/redis:7\.2\.16-alpine: \/var\/lib\/notes has \S+ \S+ of 6\.3 MB left/m,
    );
    expect((await tryHost("svc", "status")).code).toBe(0);
  });

  test("with room it is a run like any other", async () => {
    await hostScript(`${AS} umount -l ${HOME}`);
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code, run.out + run.err).toBe(0);
    expect((await tryHost("svc", "status", "notes")).code).toBe(0);
  });
});

describe("while an image is pulled", () => {
  const SLOW = "/run/systemd/system/lab-registry.service.d";
  const registry = (bytes: number) => `
    mkdir -p ${SLOW}
    { echo '[Service]'; echo 'ExecStart='; sed -n 's/^ExecStart=.*/& --slow ${bytes}/p' "$(systemctl show -P FragmentPath lab-registry)"; } >${SLOW}/slow.conf
    systemctl daemon-reload; systemctl restart lab-registry`;

  test("svc status and the run say how many bytes of how many; then it is healthy", async () => {
    await hostScript(`${AS} ${registry(1_000_000)}
      svc stop vllm-qwen
      as vllm-user podman rmi --all --force >/dev/null`);
    const run = tryHost("install-quadlets", "--yes");
    const look = async () => (await tryHost("svc", "status", "vllm-qwen")).out.split("\n")[0];
    await expect
      .poll(look, { timeout: 60_000, interval: 500 })
      .toMatch(/^vllm-qwen: starting: its image is being pulled \(\d[\d.]* [kM]B of about 8\.0 GB\)$/);
    const { code, out, err } = await run;
    expect(code, out + err).toBe(0);
    expect(out + err).toMatch(
      /vllm-openai:\S+: \d[\d.]* [kM]B of about 8\.0 GB \(0 %\), \S+ [kM]B\/s, \S+ (min|h) left/,
    );
    expect(await look()).toBe("vllm-qwen: healthy: its health check passes");
    await hostScript(`rm -r ${SLOW}; systemctl daemon-reload; systemctl restart lab-registry`);
  });
});

describe("where a unit that another one needs fails", () => {
  const NEEDS =
    /it needs ledger-store: (it is on its way.*; the try before: )?it ended with code 1, and \S+\/store.conf was changed since/;

  test("both run at first", async () => {
    await putFile(`${SITE}/services/ledger.yaml`, LEDGER);
    await putFile(`${SITE}/templates/store.hbs`, "port 6390\n");
    await putFile(`${SITE}/stack.yaml`, `portal: true\n${smallStack({ ledger: {} })}`);
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code, run.out + run.err).toBe(0);
  });

  test("it is the cause whichever of its tries it is on, and not the one that fails for want of it", async () => {
    await hostScript(`${AS} echo nonsense >>/var/lib/ledger/config/store.conf; ctl ledger-user restart ledger-store`);
    const front = async () => (await tryHost("svc", "status", "ledger-front")).out.split("\n")[0];
    await expect.poll(front, { timeout: 120_000, interval: 1_000 }).toMatch(/^ledger-front: failed: /);
    for (let look = 0; look < 20; look++) {
      const { out } = await tryHost("svc", "status", "ledger");
      expect(out.split("\n")[0]).toMatch(/^ledger: (failed|degraded|starting): ledger-store: .*it ended with code 1/);
    }
  });

  test("whoever asks about that one is told of the other, and what it says to paste mends both", async () => {
    const status = async () => (await tryHost("svc", "status", "ledger-front")).out;
    const said = new RegExp(`^ledger-front: failed: ${NEEDS.source}[\\s\\S]*^ +hint: sudo install-quadlets$`, "m");
    await expect.poll(status, { timeout: 120_000, interval: 500 }).toMatch(said);
    const run = await tryHost("install-quadlets", "--yes");
    expect(run.code, run.out + run.err).toBe(0);
    expect((await tryHost("svc", "status", "ledger")).code).toBe(0);
  });
});
