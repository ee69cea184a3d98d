/** This host's name in the tailnet leads to one service, with a certificate that every device trusts: fetched, renewed, removed. */
import { beforeAll, describe, expect, test } from "vitest";
import { TLS } from "./certificates.ts";
import { invocations, restartedBetween } from "./services.ts";
import { SMALL, startFrom } from "./start.ts";
import { type Answer, client, host, hostScript, putFile, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const NAME = "gpuhost.tail0000.ts.net";
const ZONE_NAME = "webui.liminati.internal";
const STACK = "/etc/install-quadlets/stack.yaml";
const WITH = `certificate:\n  tailscale: webui\n${SMALL}`;
/** Of the stand-in for Tailscale: what it is told, and its public authority. */
const LAB = "/var/lib/tailscale-lab";
/** Trusts the stand-in's public authority alone: not ours. */
const PUBLIC = "/tmp/tailnet/public.crt";
const OURS = "/tmp/tailnet/ours.crt";
/** Empty: without it curl trusts what the machine does, which another test may have set up. */
const NOBODY = "/tmp/tailnet/nobody";

async function run(stack: string, ...words: readonly string[]): Promise<Answer> {
  await putFile(STACK, stack);
  return tryHost("install-quadlets", ...words);
}

async function apply(stack: string): Promise<string> {
  const answer = await run(stack, "--yes");
  expect(answer.code, answer.out + answer.err).toBe(0);
  return answer.out;
}

/** As a client that finds the name where MagicDNS says. */
function ask(url: string, authority = PUBLIC): Promise<Answer> {
  const { hostname } = new URL(url);
  const places = [80, 443].flatMap((port) => ["--resolve", `${hostname}:${port}:${TAILNET_ADDRESS}`]);
  return tryClient(
    "curl",
    "-sS",
    "--max-time",
    "20",
    "--capath",
    NOBODY,
    "--cacert",
    authority,
    ...places,
    "-w",
    "\n%{http_code} %{redirect_url}",
    url,
  );
}

/** The fingerprint of what the proxy serves for the name. */
async function served(): Promise<string> {
  const connect = `openssl s_client -connect ${TAILNET_ADDRESS}:443 -servername ${NAME} </dev/null 2>/dev/null`;
  return client("sh", "-c", `${connect} | openssl x509 -noout -fingerprint -sha256`);
}

/** Puts a certificate of that age in the place of the one that is served; Tailscale keeps the same. */
async function aged(days: number): Promise<void> {
  await hostScript(`cd ${LAB} && echo ${days} >age && rm kept.crt
    tailscale cert --cert-file=${TLS}/tailscale.crt --key-file=${TLS}/tailscale.key ${NAME}`);
}

const renew = () => tryHost("install-quadlets", "renew");
const idle = async () => expect(await tryHost("install-quadlets", "--dry-run")).toMatchObject({ code: 0 });

startFrom("small");

beforeAll(async () => {
  await host("mkdir", "-p", LAB);
  await client("sh", "-c", `mkdir -p ${NOBODY} && curl -fsS -o ${OURS} http://${TAILNET_ADDRESS}:8081/ca.crt`);
});

describe("a name that cannot be had", () => {
  test("because the tailnet gives no certificates: refused at its place, with the way to enable them", async () => {
    await host("touch", `${LAB}/no-https`);
    const answer = await run(WITH, "--yes");
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/stack\.yaml:2:14 certificate\.tailscale: Tailscale gets no certificates for this host/);
    expect(answer.err).toContain("DNS page of Tailscale's admin console");
    await host("rm", `${LAB}/no-https`);
  });

  test("because `tailscale cert` fails: it says why, and the run is taken back", async () => {
    await putFile(`${LAB}/fail`, "500 Internal Server Error: acme: rateLimited: too many certificates\n");
    const before = await invocations();
    const answer = await run(WITH, "--yes");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain(`Tailscale gives no certificate for ${NAME}: exit code 1: tailscale cert`);
    expect(answer.err).toContain("acme: rateLimited");
    expect(answer.err).toContain("everything was taken back");
    await host("rm", `${LAB}/fail`);
    expect(await host("ls", TLS)).toBe("leaf.crt\nleaf.key");
    expect(restartedBetween(before, await invocations())).toEqual([]);
    expect((await run(SMALL, "--dry-run")).code).toBe(0);
  });
});

describe("a name that is asked for", () => {
  test("leads to the service, trusted without our authority, beside the one in the zone", async () => {
    // What Tailscale has kept is nearly at its end: that is not what a run is to end with.
    await hostScript(`echo 80 >${LAB}/age`);
    const shown = await apply(WITH);
    expect(shown).toContain(`certificate for ${NAME}, from Tailscale`);
    expect(shown).toContain(`https://${ZONE_NAME}, https://${NAME}`);
    await client("sh", "-c", `cat >${PUBLIC} <<'EOF'\n${await host("cat", `${LAB}/root.crt`)}\nEOF`);
    expect(await ask(`https://${NAME}/health`)).toMatchObject({ code: 0, out: expect.stringContaining("\n200 ") });
    expect((await ask(`https://${NAME}/health`)).out).toBe((await ask(`https://${ZONE_NAME}/health`, OURS)).out);
    expect((await ask(`http://${NAME}/a?b=c`)).out).toContain(`308 https://${NAME}/a?b=c`);
    // The name is the machine's: its other ports are not to be bound to https.
    const headers = (name: string) =>
      client("curl", "-skI", "--resolve", `${name}:443:${TAILNET_ADDRESS}`, `https://${name}/health`);
    expect(await headers(NAME)).not.toMatch(/strict-transport-security/i);
    expect(await headers(ZONE_NAME)).toMatch(/strict-transport-security/i);
    // Each name with its own certificate.
    expect((await ask(`https://${ZONE_NAME}/health`)).code).toBe(60);
    expect((await ask(`https://${NAME}/health`, OURS)).code).toBe(60);
    expect(await hostScript(`openssl x509 -in ${TLS}/tailscale.crt -noout -checkend $((89 * 86400))`)).toContain(
      "not expire",
    );
    await idle();
  });

  test("is what Open WebUI takes websockets from, and what people are shown", async () => {
    const unit = await hostScript("cat /etc/containers/systemd/users/*/open-webui.container");
    expect(unit).toContain(`CORS_ALLOW_ORIGIN=https://${ZONE_NAME};https://${NAME}`);
    expect(await host("svc", "list")).toContain(`https://${ZONE_NAME}, https://${NAME}`);
    expect(await host("svc", "status", "open-webui")).toContain(`https://${NAME}`);
    const status = await host("svc", "status", "nginx-proxy");
    expect(status).toMatch(/certificate until .*renewed from/);
    expect(status).toMatch(new RegExp(`certificate for ${NAME} until .* \\(\\d+ days\\), renewed from`));
    expect(await client("curl", "-fsS", `http://${TAILNET_ADDRESS}:8081/`)).toContain(`https://${NAME}/`);
  });

  test("has its files as the leaf has, and its key lies in no record and no journal", async () => {
    const modes = (name: string) => hostScript(`stat -c '%a %u %g' ${TLS}/${name}.key ${TLS}/${name}.crt`);
    expect(await modes("tailscale")).toBe(await modes("leaf"));
    const found = await hostScript(`
      part=$(sed -n 2p ${TLS}/tailscale.key)
      grep -rlF --devices=skip "$part" /var/lib/install-quadlets /etc /tmp /root ${TLS} || true
      journalctl --no-pager --output=cat | grep -cF "$part" || true`);
    expect(found).toBe(`${TLS}/tailscale.key\n0`);
  });

  test("whose key is lost, or open to others, is found and put right", async () => {
    await hostScript(`rm ${TLS}/tailscale.key; chmod 0666 ${TLS}/tailscale.crt`);
    const drift = await tryHost("install-quadlets", "verify");
    expect(drift.code).toBe(2);
    expect(drift.out).toMatch(/certificate +\S+tailscale\.crt +the key does not belong to the certificate/);
    expect(drift.out).toMatch(/mode +\S+tailscale\.crt +mode 0666, want 0644/);
    await apply(WITH);
    expect(await tryHost("install-quadlets", "verify")).toMatchObject({ code: 0 });
  });
});

describe("near its end", () => {
  test("the timer's unit replaces it, and nginx serves the new one without a restart", async () => {
    await aged(61);
    await apply(WITH);
    const [first, before] = [await served(), await invocations()];
    await aged(80);
    await host("systemctl", "start", "install-quadlets-renew.service");
    const log = await host(
      "journalctl",
      "--unit=install-quadlets-renew.service",
      "--no-pager",
      "--output=cat",
      "-n",
      "20",
    );
    expect(log).toContain(`certificate for ${NAME}, from Tailscale: 9 days left of 90`);
    expect(log).toContain("reload nginx-proxy: its certificate changes");
    expect(await served()).not.toBe(first);
    expect((await ask(`https://${NAME}/health`)).out).toContain("\n200 ");
    expect(await hostScript(`openssl x509 -in ${TLS}/tailscale.crt -noout -checkend $((89 * 86400))`)).toContain(
      "not expire",
    );
    expect(restartedBetween(before, await invocations())).toEqual([]);
    expect((await renew()).out).toMatch(
      /^nothing to do: the certificate is good until \S+, that from Tailscale until \S+$/,
    );
    await idle();
  });

  test("and one that somebody deleted: nginx, which could not have loaded it, takes over the next one", async () => {
    const before = await invocations();
    await hostScript(`rm ${TLS}/tailscale.crt; echo 'acme: 503' >${LAB}/fail`);
    expect((await renew()).err).toContain("acme: 503");
    await host("rm", `${LAB}/fail`);
    const answer = await renew();
    expect(answer.out).toContain(`certificate for ${NAME}, from Tailscale: there is no certificate for it yet`);
    expect((await ask(`https://${NAME}/health`)).out).toContain("\n200 ");
    expect(restartedBetween(before, await invocations())).toEqual([]);
    await idle();
  });

  test("while Tailscale is down: nothing to do, then patience, then a plain word", async () => {
    await host("systemctl", "stop", "tailscaled");
    try {
      await idle();
      expect((await renew()).out).toMatch(/^nothing to do/);
      await host("systemctl", "start", "tailscaled");
      await aged(65);
      await host("systemctl", "stop", "tailscaled");
      const patient = await renew();
      expect(patient.code, patient.err).toBe(0);
      expect(patient.out).toContain(
        `the certificate for ${NAME} is due (24 days left of 90), but Tailscale is not connected`,
      );
      await idle();
      await host("systemctl", "start", "tailscaled");
      await aged(80);
      await host("systemctl", "stop", "tailscaled");
      const late = await renew();
      expect(late.code).toBe(1);
      expect(late.err).toContain(
        `the certificate for ${NAME} is due (9 days left of 90), but Tailscale is not connected`,
      );
    } finally {
      await host("systemctl", "start", "tailscaled");
    }
    expect((await renew()).code).toBe(0);
    await idle();
  });

  test("while Let's Encrypt gives none: the run fails, the old one serves on, and the leaf is renewed all the same", async () => {
    const first = await served();
    await aged(80);
    await hostScript(`echo 'acme: 503' >${LAB}/fail; chmod 0644 ${TLS}/leaf.key`);
    const answer = await renew();
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("acme: 503");
    expect(answer.err).toContain("everything was taken back");
    expect(await hostScript(`stat -c %a ${TLS}/leaf.key; rm ${LAB}/fail`)).toBe("640");
    expect((await ask(`https://${NAME}/health`)).out).toContain("\n200 ");
    expect((await renew()).code).toBe(0);
    expect(await served()).not.toBe(first);
  });
});

describe("a name that nobody asks for any more", () => {
  const gone = async () => {
    expect(await host("ls", TLS)).toBe("leaf.crt\nleaf.key");
    // Nothing is known of the name: the handshake is refused.
    expect((await ask(`https://${NAME}/health`)).code).toBe(35);
    expect((await ask(`https://${ZONE_NAME}/health`, OURS)).out).toContain("\n200 ");
  };

  test("goes with its files, comes back with a rollback, and goes again", async () => {
    const before = await invocations();
    const shown = await apply(SMALL);
    for (const file of ["tailscale.key", "tailscale.crt"]) {
      expect(shown).toContain(`- file ${TLS}/${file}: no longer part of nginx-proxy`);
    }
    await gone();
    expect(restartedBetween(before, await invocations())).toEqual(["open-webui.service"]);
    await idle();
    await host("install-quadlets", "rollback", "--yes");
    expect((await ask(`https://${NAME}/health`)).out).toContain("\n200 ");
    await apply(SMALL);
    await gone();
  });
});
