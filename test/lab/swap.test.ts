/** Three models on one pretend GPU: shares, turns, a swap, idle, a boot; and what a request gets meanwhile. */
import { beforeAll, expect, test } from "vitest";
import { smallStack, startFrom } from "./start.ts";
import { host, hostScript, lab, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

startFrom("small");

const STACK = smallStack({
  "open-webui": { enabled: false },
  "vllm-qwen": { gpu: { devices: [0], memory: 0.4 }, swap: { group: "chat", default: true } },
  big: {
    from: "vllm-qwen",
    ports: { api: 8001 },
    gpu: { devices: [0], memory: 0.5 },
    swap: { group: "chat" },
    idle: "1m",
    settings: { served_name: "big" },
  },
  embed: {
    from: "vllm-qwen",
    ports: { api: 8002 },
    gpu: { devices: [0], memory: 0.3 },
    settings: { served_name: "e" },
  },
  own: {},
});

/** On the same card, as it is: what this program renders says nothing in its text. */
const QUADLET = `[Container]
Image=docker.io/lab/echo:1
Pull=never
AddDevice=nvidia.com/gpu=0
Environment=PORT=9000
[Service]
ExecStartPre=/usr/bin/sleep 2
[Install]
WantedBy=default.target
`;

/** "vllm-qwen healthy, big asleep, embed healthy" */
async function models(): Promise<string> {
  const { out } = await tryHost("svc", "list", "--json");
  const { services } = JSON.parse(out) as {
    readonly services: readonly { readonly name: string; readonly word: string }[];
  };
  return services.flatMap(({ name, word }) => (/vllm|big|embed/.test(name) ? [`${name} ${word}`] : [])).join(", ");
}

const asUser = (user: string, words: string) =>
  `cd /; setpriv --reuid $(id -u ${user}) --regid $(id -g ${user}) --init-groups env -i PATH=$PATH HOME=$(getent passwd ${user} | cut -d: -f6) XDG_RUNTIME_DIR=/run/user/$(id -u ${user}) ${words}`;

/** The status, and what is in the way. */
async function ask(name: string): Promise<string> {
  const at = `${name}.liminati.internal`;
  return hostScript(
    `curl -sS -i --max-time 20 --cacert /var/lib/install-quadlets/ca/ca.crt --resolve ${at}:443:${TAILNET_ADDRESS} https://${at}/v1/models`,
  );
}

/** When their starts began and ended, by systemd: none begins before the one before it ended. */
async function expectOneAfterAnother(): Promise<void> {
  const shown = await Promise.all(
    [
      ["vllm-user", "vllm-qwen"],
      ["embed-user", "embed"],
      ["own", "own"],
    ].map(([user = "", unit]) =>
      hostScript(
        asUser(
          user,
          `systemctl --user show --value -p InactiveExitTimestampMonotonic -p ActiveEnterTimestampMonotonic ${unit}`,
        ),
      ),
    ),
  );
  const starts = shown
    .map((text) => text.split(/\s+/).map(Number))
    .map((times) => times.toSorted((a, b) => a - b))
    .map(([begun = 0, ended = 0]) => ({ begun, ended }))
    .toSorted((a, b) => a.begun - b.begun);
  // Two managers write their times down: the lock may be the other's before the first one has. A start takes seconds.
  const SLACK = 500_000;
  for (const [index, { begun, ended }] of starts.entries()) {
    expect(begun).toBeGreaterThan(0);
    expect(ended).toBeGreaterThan(begun + 2 * SLACK);
    expect(begun).toBeGreaterThanOrEqual((starts[index - 1]?.ended ?? 0) - SLACK);
  }
}

beforeAll(async () => {
  await hostScript("mkdir -p /etc/install-quadlets/services/own");
  await putFile("/etc/install-quadlets/services/own/own.container", QUADLET);
  await putFile(
    "/etc/install-quadlets/services/own.yaml",
    "description: a quadlet of the site\naccount: { user: own, home: /var/lib/own }\nquadlets: [own/own.container]\n",
  );
  await putFile("/etc/install-quadlets/stack.yaml", STACK);
  await host("install-quadlets", "--yes");
});

test("after the run the default is awake, the other one asleep, and nothing is left to do", async () => {
  expect(await models()).toBe("vllm-qwen healthy, big asleep, embed healthy");
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  expect((await tryHost("svc", "status")).code).toBe(0);
  await expectOneAfterAnother();
});

test("a second one does not start: by svc with a reason, by hand not either", async () => {
  const refused = await tryHost("svc", "start", "big");
  expect(refused.code).toBe(3);
  expect(refused.err).toContain("vllm-qwen is awake on GPU 0, and takes turns with big");
  expect(refused.err).toContain("svc start big --swap stops it first");
  expect((await tryHost("bash", "-c", asUser("big-user", "systemctl --user start big"))).code).not.toBe(0);
  expect(await models()).toBe("vllm-qwen healthy, big asleep, embed healthy");
});

test("no other user of the host can take a lock, and keep them down", async () => {
  const open = (user: string) =>
    tryHost("bash", "-c", asUser(user, "flock --nonblock /run/install-quadlets-locks/awake-chat true"));
  expect((await open("nginx-user")).err).toContain("Permission denied");
  // It may, and another one has it.
  expect(await open("big-user")).toMatchObject({ code: 1, err: "" });
});

test("Ctrl-C during a swap: the former comes back; whoever asks meanwhile is told why, and none hangs", async () => {
  const swap = hostScript(`
    svc start big --swap >/run/lab-swap 2>&1 & echo $! >/run/lab-swap.pid
    code=0; wait $! || code=$?
    echo "code $code"; cat /run/lab-swap; rm /run/lab-swap /run/lab-swap.pid
  `);
  const state = () => tryHost("bash", "-c", asUser("big-user", "systemctl --user is-active big"));
  await expect.poll(async () => (await state()).out, { timeout: 60_000, interval: 200 }).toBe("activating");
  const [former, next] = await Promise.all([ask("vllm"), ask("big")]);
  await hostScript("kill -INT $(cat /run/lab-swap.pid)");
  for (const answer of [former, next]) {
    expect(answer).toMatch(/^HTTP\/2 503/);
    expect(answer).toMatch(/retry-after: \d+/);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error).toMatchObject({ type: "service_unavailable" });
  }
  const said = await swap;
  expect(said).toMatch(/^code 130$/m);
  expect(said).toContain("stopping: big goes down and vllm-qwen comes back");
  expect(said).toContain("big was given up, and vllm-qwen runs again");
  expect(await models()).toBe("vllm-qwen healthy, big asleep, embed healthy");
});

test("a swap: one stops, the other starts, and nobody calls it drift", async () => {
  await host("svc", "start", "big", "--swap");
  expect(await models()).toBe("vllm-qwen asleep, big healthy, embed healthy");
  expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  const answer = await ask("vllm");
  expect(answer).toMatch(/^HTTP\/2 503/);
  expect(answer).toMatch(/retry-after: 60/);
  expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "").error).toMatchObject({
    type: "service_unavailable",
    code: "model_asleep",
  });
  expect(await ask("big")).toMatch(/^HTTP\/2 401/);
});

test("a swap that fails: the former runs again, and the reason is said", async () => {
  await host("svc", "start", "vllm-qwen", "--swap");
  await hostScript(asUser("big-user", "podman untag docker.io/vllm/vllm-openai:v0.30.0"));
  const failed = await tryHost("svc", "start", "big", "--swap");
  expect(failed.code).toBe(1);
  expect(failed.err).toContain("big did not start, and vllm-qwen runs again");
  expect(await models()).toMatch(/^vllm-qwen healthy, big (asleep|failed), embed healthy$/);
  await host("install-quadlets", "--yes");
});

test("nobody asks for a while: it sleeps, and the default comes back; a request begins the time anew", async () => {
  await host("svc", "start", "big", "--swap");
  // The timer must not look in between, and nobody waits for a minute: what was seen last is made older.
  await hostScript(`
    systemctl stop install-quadlets-idle.timer
    older() { sed -i -E 's/"used":[0-9]+/"used":'$(($(date +%s) - 70))/ /run/install-quadlets-idle.json; }
    install-quadlets idle
    older
    key=$(install-quadlets secrets show big/api-key)
    curl -sSf -H "Authorization: Bearer $key" -H 'content-type: application/json' \\
      -d '{"model":"big","prompt":"a","max_tokens":2}' http://127.0.0.1:8001/v1/completions
    install-quadlets idle
    svc status big
    older
    install-quadlets idle | grep "stopped; vllm-qwen, the default of chat, starts"
    systemctl start install-quadlets-idle.timer
    for i in $(seq 60); do svc status vllm-qwen >/dev/null && exit 0; sleep 2; done
    exit 1
  `);
  expect(await models()).toBe("vllm-qwen healthy, big asleep, embed healthy");
});

test("the one that is awake fails for good: the default comes back", async () => {
  await host("svc", "start", "big", "--swap");
  const ctl = (words: string) => asUser("big-user", `systemctl --user ${words}`);
  await hostScript(`
    systemctl stop install-quadlets-idle.timer
    directory=/run/user/$(id -u big-user)/systemd/user/big.service.d
    (${asUser("big-user", "mkdir -p $directory")})
    printf '[Service]\nRestart=no\n' >$directory/tried-once.conf
    (${ctl("daemon-reload")}; ${ctl("kill -s KILL big.service")})
    until (${ctl("is-failed --quiet big.service")}); do sleep 0.2; done
    install-quadlets idle | grep -x "big failed, and nobody of its group is awake: vllm-qwen, the default of chat, starts"
    for i in $(seq 60); do svc status vllm-qwen >/dev/null && break; sleep 2; done
    rm -r $directory
    (${ctl("daemon-reload")}; ${ctl("reset-failed big.service")})
    # Podman still takes it for running.
    (${asUser("big-user", "podman rm --force --ignore big")}) || (${asUser("big-user", "podman rm --force --ignore big")})
    systemctl start install-quadlets-idle.timer
  `);
  expect(await models()).toBe("vllm-qwen healthy, big asleep, embed healthy");
});

test("at boot the default starts, one after another, whoever was awake before", async () => {
  await host("svc", "start", "big", "--swap");
  expect((await lab(["reboot"])).code).toBe(0);
  await hostScript("for i in $(seq 120); do svc status >/dev/null && exit 0; sleep 2; done; exit 1");
  expect(await models()).toBe("vllm-qwen healthy, big asleep, embed healthy");
  await expectOneAfterAnother();
});
