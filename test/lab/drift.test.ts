/** Every kind of tampering: verify names each, and applying repairs it. */
import { beforeAll, describe, expect, test } from "vitest";
import { restartedBy, restartedWhile, secretsOf } from "./services.ts";
import { SMALL, startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

interface Drift {
  readonly by: string;
  readonly kind: string;
  readonly subject: string;
}

const QUADLETS = "/etc/containers/systemd/users";
/** As a service user, for the tampering itself. */
const AS = `as() { u=$1; shift; cd / && setpriv --reuid "$u" --regid "$u" --init-groups env HOME="$(getent passwd "$u" | cut -d: -f6)" \
  XDG_RUNTIME_DIR="/run/user/$(id -u "$u")" "$@"; }; uid() { id -u "$1"; };`;

const CASES: readonly (readonly [what: string, script: string, kind: string, subject: RegExp])[] = [
  [
    "a quadlet is edited",
    `echo '# mine' >>${QUADLETS}/$(uid vllm-user)/vllm-qwen.container`,
    "edited",
    /vllm-qwen\.container$/,
  ],
  ["a configuration file is deleted", "rm /var/lib/dnsmasq-llm/config/dnsmasq.conf", "missing", /dnsmasq\.conf$/],
  ["a file gets another mode", "chmod 0666 /var/lib/nginx-proxy/config/nginx.conf", "mode", /nginx\.conf$/],
  ["everybody may read the authority's key", "chmod 0644 /var/lib/install-quadlets/ca/ca.key", "mode", /ca\.key$/],
  ["a directory gets another owner", "chown 0:0 /var/lib/dnsmasq-llm/log", "mode", /dnsmasq-llm\/log$/],
  ["a unit is stopped", "as webui-user systemctl --user stop open-webui.service", "stopped", /^open-webui$/],
  ["linger is off", "rm /var/lib/systemd/linger/vllm-user", "linger", /vllm-user/],
  [
    "a secret is gone",
    "as webui-user podman secret rm open-webui-secret-key",
    "missing",
    /secret open-webui-secret-key/,
  ],
  [
    "the certificate is another one",
    "cp /var/lib/install-quadlets/ca/ca.crt /var/lib/nginx-proxy/tls/leaf.crt",
    "certificate",
    /leaf\.crt$/,
  ],
  [
    "another image takes the name of one of ours",
    "as dnsmasq-user podman tag $(as dnsmasq-user podman images --format '{{.ID}}' docker.io/nginxinc/nginx-unprivileged) docker.io/4km3/dnsmasq:2.90-r3",
    "replaced",
    /^image docker.io\/4km3\/dnsmasq:2.90-r3 of dnsmasq-user$/,
  ],
  ["the firewall is stopped", "systemctl stop install-quadlets-firewall.service", "stopped", /firewall/],
  [
    "a stranger's unit is among ours",
    `touch ${QUADLETS}/$(uid webui-user)/extra.container`,
    "foreign",
    /extra\.container$/,
  ],
];

startFrom("small");

async function drift(): Promise<{ readonly code: number; readonly drift: readonly Drift[] }> {
  const answer = await tryHost("install-quadlets", "verify", "--json");
  return { code: answer.code, drift: (JSON.parse(answer.out) as { drift: readonly Drift[] }).drift };
}

beforeAll(async () => {
  expect(await drift()).toEqual({ code: 0, drift: [] });
});

describe("tampered with in every way at once", () => {
  test("each is named as the host's, not the configuration's", async () => {
    for (const [, script] of CASES) await hostScript(AS + script);
    const found = await drift();
    expect(found.code).toBe(2);
    for (const [what, , kind, subject] of CASES) {
      const match = found.drift.find((one) => one.kind === kind && subject.test(one.subject));
      expect(match, `${what}: ${JSON.stringify(found.drift)}`).toMatchObject({ by: "host" });
    }
  });

  test("applying repairs all but the stranger's file, which is not ours to touch", async () => {
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code, answer.err).toBe(0);
    const image =
      "as dnsmasq-user podman image inspect --format '{{.Config.Entrypoint}}' docker.io/4km3/dnsmasq:2.90-r3";
    expect(await hostScript(AS + image)).toContain("dnsmasq");
    const left = await drift();
    expect(left.drift.map((one) => one.kind)).toEqual(["foreign"]);
  });
});

test("rules that somebody flushed are missed, though their unit is active, and loaded again", async () => {
  await hostScript(`rm -f ${QUADLETS}/*/extra.container; nft delete table inet install_quadlets`);
  expect((await drift()).drift).toMatchObject([{ by: "host", subject: "install-quadlets-firewall.service" }]);
  const answer = await tryHost("install-quadlets", "--yes");
  expect(answer.code, answer.err).toBe(0);
  expect(await drift()).toEqual({ code: 0, drift: [] });
  expect((await tryHost("nft", "list", "table", "inet", "install_quadlets")).code).toBe(0);
});

test("a secret that somebody replaced is named, is taken as it is, and what is the same as it or uses it follows", async () => {
  const value = "sk-by-hand-0123456789";
  await hostScript(
    `${AS} printf %s ${value} | as vllm-user podman secret create --replace vllm-qwen-api-key - >/dev/null`,
  );
  expect((await drift()).drift).toMatchObject([
    { by: "host", kind: "replaced", subject: "secret vllm-qwen-api-key of vllm-user" },
  ]);
  expect(await restartedBy("install-quadlets", "--yes")).toEqual(["open-webui.service", "vllm-qwen.service"]);
  expect((await secretsOf("webui-user")).get("open-webui-vllm-key")).toBe(value);
  expect((await secretsOf("vllm-user")).get("vllm-qwen-api-key")).toBe(value);
  expect(await drift()).toEqual({ code: 0, drift: [] });
  expect((await tryHost("grep", "-rqF", value, "/var/lib/install-quadlets", "/etc")).code).toBe(1);
});

test("a record of what was applied that is cut short is written anew, and nothing starts anew for it", async () => {
  const record = "/var/lib/install-quadlets/applied.json";
  const before = await host("cat", record);
  await host("truncate", "--size=200", record);
  expect((await drift()).drift).toMatchObject([{ by: "host", kind: "damaged", subject: record }]);
  expect(await restartedBy("install-quadlets", "--yes")).toEqual([]);
  expect(await host("cat", record)).toBe(before);
  expect(await drift()).toEqual({ code: 0, drift: [] });
});

test("a timer looks by itself where the site asks for it: its service fails with what it found", async () => {
  await putFile("/etc/install-quadlets/stack.yaml", `verify: daily\n${SMALL}`);
  await host("install-quadlets", "--yes");
  expect(await host("systemctl", "is-active", "install-quadlets-verify.timer")).toBe("active");
  await host("systemctl", "start", "install-quadlets-verify.service");
  await host("chmod", "0666", "/var/lib/nginx-proxy/config/nginx.conf");
  expect((await tryHost("systemctl", "start", "install-quadlets-verify.service")).code).not.toBe(0);
  expect(await host("journalctl", "--no-pager", "-u", "install-quadlets-verify.service")).toMatch(
    /mode +.*nginx\.conf/,
  );
  await putFile("/etc/install-quadlets/stack.yaml", SMALL);
  await hostScript("install-quadlets --yes; systemctl reset-failed install-quadlets-verify.service || true");
  expect((await tryHost("systemctl", "cat", "install-quadlets-verify.timer")).code).not.toBe(0);
  expect(await drift()).toEqual({ code: 0, drift: [] });
});

test("all that it recorded is gone while clients trust it: said in capitals, and a yes to every plan replaces nothing", async () => {
  const place = "/var/lib/install-quadlets";
  const leaf = () => host("sha256sum", "/var/lib/nginx-proxy/tls/leaf.crt");
  const before = await leaf();
  await host("mv", place, `${place}-away`);
  try {
    const plan = await tryHost("install-quadlets", "--dry-run");
    expect(plan.code, plan.err).toBe(2);
    expect(plan.out).toMatch(/THE AUTHORITY IS LOST .*EVERY CLIENT MUST TRUST A NEW ONE/);
    expect(plan.out).not.toContain("@AUTHORITY_");
    const restarted = await restartedWhile(async () => {
      const answer = await tryHost("install-quadlets", "--yes");
      expect(answer.code, answer.out).toBe(1);
      expect(answer.err).toContain("--new-authority");
    });
    expect(restarted).toEqual([]);
    expect(await leaf()).toBe(before);
    expect((await tryHost("test", "-e", `${place}/ca`)).code).toBe(1);
  } finally {
    await hostScript(`rm -rf ${place}; mv ${place}-away ${place}`);
  }
  expect(await drift()).toEqual({ code: 0, drift: [] });
});
