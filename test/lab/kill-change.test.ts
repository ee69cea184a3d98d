/** A change is killed with SIGKILL again and again; running it once more ends where it should, and nothing is lost. */
import { beforeAll, expect, test } from "vitest";
import { expectConverged, finish, killIn, killInEach, type Phase, unpack } from "./kill.ts";
import { HOMES, invocations, lostData, plantData, restartedBetween } from "./services.ts";
import { SMALL, smallStack, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const LABEL = "kill";

/** The other phases: kill-first.test.ts. Before every single change: test/soak/steps.test.ts. */
const KILLED: readonly Phase[] = [
  "making directories",
  "making certificates",
  "writing configuration",
  "generating secrets",
  "installing units",
  "starting services",
];

startFrom("small");

beforeAll(async () => {
  await unpack();
  await plantData(LABEL, "small");
});

test("converges, killed in one phase after the other; what it does not concern runs on, and no data is lost", async () => {
  const before = await invocations();
  await putFile(
    STACK,
    smallStack({
      "open-webui": { settings: { name: "After the kill" } },
      "nginx-proxy": { settings: { connect_timeout: 12 } },
      dnsmasq: { ports: { dns: 10054 } },
    }),
  );
  await hostScript(`
    rm -rf /usr/local/lib/install-quadlets /usr/local/bin/svc ${HOMES["nginx-user"]}/tls/leaf.key
    rmdir ${HOMES["vllm-user"]}/cache/triton
    cd ${HOMES["webui-user"]} && setpriv --reuid webui-user --regid webui-user --init-groups \
      env HOME="$PWD" XDG_RUNTIME_DIR="/run/user/$(id -u webui-user)" podman secret rm open-webui-secret-key
    # What a kill inside a write leaves, and there is no telling from outside when that is.
    for directory in /etc/containers/systemd/users/$(id -u webui-user) /etc/systemd/system /usr/local/bin ${HOMES["dnsmasq-user"]}/config ${HOMES["nginx-user"]}/tls /var/lib/install-quadlets; do
      touch "$directory/.install-quadlets-0123456789abcdef01234567"
    done
  `);
  expect(await killInEach(KILLED, 1)).toEqual(KILLED);
  await finish();
  await expectConverged();
  // nginx takes its changes over without a restart.
  expect(restartedBetween(before, await invocations())).toEqual([
    "dnsmasq.service",
    "open-webui.service",
    // It had the directory mounted that was removed.
    "vllm-qwen.service",
  ]);
  expect(await host("curl", "-fsS", "http://localhost:3000/api/config")).toContain("After the kill");
  expect(await host("dig", "+short", "@100.101.102.103", "webui.liminati.internal")).toBe("100.101.102.103");
  expect(await lostData(LABEL, "small")).toEqual([]);
});

test("back to the default, killed once in the middle of the restarts", async () => {
  await putFile(STACK, SMALL);
  const text = (await tryHost("install-quadlets", "--dry-run")).out;
  expect(text).toContain("restart open-webui");
  expect(await killIn("starting services", 1)).toBe("starting services");
  await finish();
  await expectConverged();
  expect(await lostData(LABEL, "small")).toEqual([]);
});
