/** Quadlets that were there before us: adopted, planned into a file, applied from it, stopped half-way, and ejected again. */
import { beforeAll, expect, test } from "vitest";
import { restartedBy } from "./services.ts";
import { smallStack, startFrom } from "./start.ts";
import { type Answer, host, hostScript, putFile, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";
const UNIT = `${SITE}/services/greeter/greeter.container`;
const PLAN = "/root/plan.json";
const PORT = 18_090;

const quadlet = (greeting: string, more = "") => `# ours, since 2019
[Unit]
Description=Says hello
[Container]
Image=docker.io/lab/echo:1
PublishPort=127.0.0.1:${PORT}:8080
Environment=GREETING=${greeting}
Volume=greeter.volume:/kept
${more}[Service]
TimeoutStartSec=900
[Install]
WantedBy=default.target
`;

async function greeting(): Promise<string> {
  const url = `http://127.0.0.1:${PORT}/dump`;
  const text = await host("curl", "-fsS", "--retry", "20", "--retry-all-errors", "--retry-delay", "1", url);
  const { env } = JSON.parse(text) as { readonly env: Readonly<Record<string, string>> };
  return Buffer.from(env["GREETING"] ?? "", "base64").toString();
}

const stack = (services: Readonly<Record<string, object>>) => putFile(`${SITE}/stack.yaml`, smallStack(services));
const apply = (): Promise<Answer> => tryHost("install-quadlets", "apply", PLAN);

startFrom("small");

beforeAll(async () => {
  await putFile("/root/old/greeter.container", quadlet("hello"));
  await putFile("/root/old/greeter.volume", "[Volume]\nLabel=kept=yes\n");
});

test("a folder of quadlets becomes a service: shown, written, and not started", async () => {
  const shown = await tryHost("install-quadlets", "adopt", "/root/old", "--name", "greeter", "--print");
  expect(shown.code, shown.err).toBe(0);
  expect(shown.out).toContain(`+ ${SITE}/services/greeter.yaml`);
  expect((await tryHost("test", "-e", `${SITE}/services/greeter.yaml`)).code).toBe(1);
  const written = await tryHost("install-quadlets", "adopt", "/root/old", "--name", "greeter", "--yes");
  expect(written.code, written.err).toBe(0);
  expect(written.err).toMatch(/^next: add "greeter: {}" below services:/m);
  expect(`${await host("cat", UNIT)}\n`).toBe(quadlet("hello"));
  expect((await tryHost("id", "greeter-user")).code).toBe(1);
});

test("its plan is kept in a file, refused once something else is due, and carried out as it was reviewed", async () => {
  await stack({ greeter: {} });
  const planned = await tryHost("install-quadlets", "plan", "--out", PLAN);
  expect(planned.code, planned.err).toBe(2);
  expect(await host("stat", "-c", "%a %U", PLAN)).toBe("600 root");
  await stack({ greeter: {}, "open-webui": { settings: { name: "Another" } } });
  const refused = await apply();
  expect(refused.code, refused.out).toBe(1);
  expect(refused.err).toContain("open-webui");
  expect((await tryHost("id", "greeter-user")).code).toBe(1);
  await stack({ greeter: {} });
  const applied = await apply();
  expect(applied.code, applied.out + applied.err).toBe(0);
  expect(await greeting()).toBe("hello");
  expect(await host("svc", "status", "greeter")).toContain("greeter: healthy");
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
});

test("it lies on the host as it was written, and a line that podman would refuse is a fault with its place", async () => {
  const directory = await hostScript("echo /etc/containers/systemd/users/$(id -u greeter-user)");
  expect(`${await host("cat", `${directory}/greeter.container`)}\n`).toBe(quadlet("hello"));
  await putFile(UNIT, quadlet("hello", "NoSuchKey=1\n"));
  const refused = await tryHost("install-quadlets", "--dry-run");
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/greeter\/greeter\.container:9:\d+ .*NoSuchKey/);
});

test("another text restarts that unit and nobody else, and goes back with its run", async () => {
  await putFile(UNIT, quadlet("morning"));
  expect(await restartedBy("install-quadlets", "--yes")).toEqual([]);
  expect(await greeting()).toBe("morning");
  expect(await restartedBy("install-quadlets", "rollback", "--yes")).toEqual([]);
  expect(await greeting()).toBe("hello");
  await putFile(UNIT, quadlet("hello"));
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
});

test("Ctrl-C while it waits for a unit that does not come up: said at once, and the host is as it was", async () => {
  // Healthy is what nothing ever makes it.
  await putFile(UNIT, quadlet("night", "HealthCmd=false\nNotify=healthy\n"));
  const out = await hostScript(`set -m
    install-quadlets --yes >/tmp/stopped.out 2>&1 & run=$!
    uid=$(id -u greeter-user)
    state() { XDG_RUNTIME_DIR=/run/user/$uid setpriv --reuid $uid --regid $uid --init-groups systemctl --user is-active greeter.service || true; }
    until [ "$(state)" = activating ] && grep -q 'night' /etc/containers/systemd/users/$uid/greeter.container; do sleep 0.2; done
    sleep 1
    kill -INT -- -$run
    wait $run || echo "ended with $?"
    cat /tmp/stopped.out`);
  expect(out).toContain("ended with 130");
  expect(out).toContain("taken back");
  expect(await greeting()).toBe("hello");
  await putFile(UNIT, quadlet("hello"));
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
});

test("ejected, the files are those of the host to the byte, and no secret is in them", async () => {
  await host("install-quadlets", "eject", "/root/ejected");
  await hostScript(`cd /root/ejected && sh -n setup.sh
    for uid in $(ls /etc/containers/systemd/users); do diff -r root/etc/containers/systemd/users/$uid /etc/containers/systemd/users/$uid; done`);
  const secrets = await hostScript(`for user in vllm-user webui-user dnsmasq-user; do
      (cd / && XDG_RUNTIME_DIR=/run/user/$(id -u $user) HOME=$(getent passwd $user | cut -d: -f6) setpriv --reuid $user --regid $user --init-groups \\
        sh -c 'podman secret ls --format "{{.Name}}" | xargs -r podman secret inspect --showsecret --format "{{.SecretData}}"')
    done | grep -E '.{12}' | sort -u >/root/values; wc -l </root/values; { grep -rFf /root/values /root/ejected || true; } | wc -l`);
  const [values, found] = secrets.split("\n").map(Number);
  expect(values).toBeGreaterThan(2);
  expect(found).toBe(0);
});

test("out of the stack it goes, and what it kept stays", async () => {
  await stack({});
  const gone = await tryHost("install-quadlets", "--yes");
  expect(gone.code, gone.out + gone.err).toBe(0);
  expect((await tryHost("curl", "-fsS", `http://127.0.0.1:${PORT}/`)).code).not.toBe(0);
  expect(await host("id", "-u", "greeter-user")).toMatch(/^\d+$/);
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
});

test("the ejected script makes an account anew, and runs what it ran", async () => {
  const out = await hostScript(`uid=$(id -u greeter-user)
    loginctl disable-linger greeter-user
    systemctl stop user@$uid.service
    rm -rf /var/lib/greeter /etc/containers/systemd/users/$uid
    userdel greeter-user
    /root/ejected/setup.sh 2>&1 || echo "ended with $?"`);
  expect(out).not.toContain("ended with");
  expect(await greeting()).toBe("hello");
});
