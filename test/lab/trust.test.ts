/** Reloads, renewals and restarts lose nothing; the authority can vouch for the zone only; a rotation, and a certificate of the site's own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { visit } from "./browser.ts";
import { aged, CA, fetchAuthority, forge, TLS, ZONE } from "./certificates.ts";
import { flooded, underLoad } from "./load.ts";
import { invocations, restartedBetween } from "./services.ts";
import { SMALL, startFrom } from "./start.ts";
import { authorities, client, host, hostScript, lab, putFile, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const STACK = "/etc/install-quadlets/stack.yaml";
const VOUCHING = `certificate: { address: true }\n${SMALL}`;

/** What the proxy serves now, as a client that trusts only `ca` sees it. */
async function served(ca = "/tmp/trust/ca.crt"): Promise<{ readonly trusted: boolean; readonly fingerprint: string }> {
  const shown = await tryClient(
    "sh",
    "-c",
    `openssl s_client -connect ${TAILNET_ADDRESS}:443 -servername webui.${ZONE} -verify_hostname webui.${ZONE} -CAfile ${ca} </dev/null 2>&1`,
  );
  const print = await tryClient(
    "sh",
    "-c",
    `openssl s_client -connect ${TAILNET_ADDRESS}:443 -servername webui.${ZONE} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`,
  );
  return { trusted: shown.out.includes("Verify return code: 0 (ok)"), fingerprint: print.out.split("=")[1] ?? "" };
}

async function apply(stack: string, ...words: readonly string[]): Promise<void> {
  await putFile(STACK, stack);
  const answer = await tryHost("install-quadlets", ...words, "--yes");
  expect(answer.code, answer.out + answer.err).toBe(0);
}

startFrom("small");

beforeAll(fetchAuthority);

test("while clients ask all the time it is reloaded, changed, renewed and restarted: no request fails", async () => {
  const seen = await underLoad({ reloads: 10, changes: 1, renewals: 2, restarts: 1, pause: 200 });
  expect(seen.failures).toEqual([]);
  expect(seen.requests).toBeGreaterThan(200);
  expect(seen.streams).toBeGreaterThan(1);
  // The first, and those that were renewed: a client sees what is served while it asks.
  expect(seen.leaves.length).toBeGreaterThan(2);
  expect(await hostScript(`openssl x509 -in ${TLS}/leaf.crt -noout -checkend $((390 * 86400))`)).toContain(
    "not expire",
  );
});

test("128 connections at once: every request is answered", async () => {
  const { failures, answers } = await flooded(128, 1, 4 * 128);
  expect(failures).toEqual({});
  expect(answers).toBeGreaterThanOrEqual(4 * 128);
});

test("no worker can wait in accept(): the sockets that systemd hands over do not block", async () => {
  const flags = await hostScript(`
    for process in $(find /sys/fs/cgroup -path '*/nginx-proxy.service/*' -name cgroup.procs -exec cat {} +); do
      grep -q '^nginx: worker' "/proc/$process/cmdline" || continue
      for socket in 3 4 5; do awk '$1 == "flags:" { print $2 }' "/proc/$process/fdinfo/$socket"; done
    done
  `);
  const words = flags.split("\n");
  expect(words.length).toBeGreaterThanOrEqual(3);
  // O_NONBLOCK is 04000 (fcntl.h).
  expect(words.filter((word) => (Number.parseInt(word, 8) & 0o4000) === 0)).toEqual([]);
});

describe("a configuration that nginx refuses", () => {
  test("is an error that says why, is taken back, and the old one serves without a restart", async () => {
    const { fingerprint } = await served();
    const before = await invocations();
    await hostScript(`mkdir -p /etc/install-quadlets/templates/nginx
      sed 's/server_tokens off;/server_tokens perhaps;/' "$(ls -td /usr/local/lib/install-quadlets/*/ | head -n 1)templates/nginx/nginx.conf.hbs" \
        >/etc/install-quadlets/templates/nginx/nginx.conf.hbs`);
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("nginx-proxy does not take the change over, and goes on as before");
    expect(answer.err).toContain('invalid value "perhaps"');
    expect(answer.err).toContain("everything was taken back");
    expect(await hostScript("grep server_tokens /var/lib/nginx-proxy/config/nginx.conf")).toContain("off");
    expect(await served()).toEqual({ trusted: true, fingerprint });
    expect(restartedBetween(before, await invocations())).toEqual([]);
    await host("rm", "-r", "/etc/install-quadlets/templates");
    expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  });
});

describe("the timer", () => {
  test("is on, does nothing while nothing is due, and who looks sees until when", async () => {
    expect(await host("systemctl", "is-enabled", "install-quadlets-renew.timer")).toBe("enabled");
    expect(await host("install-quadlets", "renew")).toMatch(/^nothing to do: the certificate is good until \d{4}-/);
    const status = JSON.parse(await host("svc", "status", "nginx-proxy", "--json")) as {
      certificate: { daysLeft: number };
    };
    expect(status.certificate.daysLeft).toBe(396);
    expect(await host("svc", "status", "nginx-proxy")).toMatch(/certificate until .* \(396 days\), renewed from/);
  });

  test("that somebody stopped is found, and put back", async () => {
    await host("systemctl", "disable", "--now", "install-quadlets-renew.timer");
    const drift = await tryHost("install-quadlets", "verify");
    expect(drift.code).toBe(2);
    expect(drift.out).toMatch(/stopped +install-quadlets-renew\.timer/);
    await host("install-quadlets", "--yes");
    expect(await host("systemctl", "is-active", "install-quadlets-renew.timer")).toBe("active");
  });

  test("renews what was applied, though the configuration is broken by now", async () => {
    await apply(SMALL);
    const before = await served();
    await putFile(STACK, "services: { nope\n");
    await hostScript(aged(29));
    expect(await host("install-quadlets", "renew")).toContain("reload nginx-proxy: its certificate changes");
    await putFile(STACK, SMALL);
    const after = await served();
    expect(after.trusted).toBe(true);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(await tryHost("install-quadlets", "verify")).toMatchObject({ code: 0 });
  });
});

describe("the authority's limits", () => {
  const EVIL = "www.example.org";
  const PORT = 8443;

  beforeAll(async () => {
    await hostScript(`mkdir -p /root/trust && cd /root/trust && openssl genrsa -out evil.key 2048 2>/dev/null
      ${forge(`DNS:${EVIL}`, 20, "evil.key", "evil.crt")}
      ${forge(`DNS:good.${ZONE}`, 20, "evil.key", "good.crt")}
      systemd-run --unit=lab-evil --working-directory=/root/trust openssl s_server -accept ${TAILNET_ADDRESS}:${PORT} -www \
        -cert good.crt -key evil.key -cert2 evil.crt -key2 evil.key -servername ${EVIL}`);
    await client(
      "sh",
      "-c",
      `cp /etc/hosts /tmp/trust/hosts && echo "${TAILNET_ADDRESS} ${EVIL} good.${ZONE}" >>/etc/hosts`,
    );
  });

  afterAll(async () => {
    await tryHost("systemctl", "stop", "lab-evil");
    await client("sh", "-c", "cat /tmp/trust/hosts >/etc/hosts");
  });

  const node = (name: string) => `
    import { connect } from "node:tls";
    import { readFileSync } from "node:fs";
    const socket = connect({ host: "${TAILNET_ADDRESS}", port: ${PORT}, servername: "${name}", ca: readFileSync("/tmp/trust/ca.crt") });
    socket.on("secureConnect", () => { console.log("trusted"); socket.destroy(); });
    socket.on("error", (error) => { console.log(error.message); });`;

  test.each([
    [
      "openssl",
      (name: string) =>
        `openssl s_client -connect ${name}:${PORT} -servername ${name} -CAfile /tmp/trust/ca.crt -verify_return_error </dev/null 2>&1`,
      "permitted subtree violation",
      "Verify return code: 0 (ok)",
    ],
    [
      "curl",
      (name: string) =>
        `curl -sS -o /dev/null -w 'HTTP %{http_code}' --cacert /tmp/trust/ca.crt https://${name}:${PORT}/ 2>&1`,
      "permitted subtree violation",
      "HTTP 200",
    ],
  ])(
    "%s refuses a certificate that it signed for another name, and takes one of the zone",
    async (_, command, refusal, taken) => {
      expect((await tryClient("sh", "-c", command(EVIL))).out).toContain(refusal);
      expect((await tryClient("sh", "-c", command(`good.${ZONE}`))).out).toContain(taken);
    },
  );

  test("Node does, too", async () => {
    const run = async (name: string) =>
      (await lab(["client", "--", "node", "--input-type=module", "-"], { input: node(name) })).out;
    expect(await run(EVIL)).toBe("permitted subtree violation");
    expect(await run(`good.${ZONE}`)).toBe("trusted");
  });

  test("NSS, which Firefox has, does, too", async () => {
    // A store for each: the two have one number, and it takes one of a number.
    const check = async (name: string) => {
      const script = `
        cd "$(mktemp -d)" && certutil -d sql:. -N --empty-password && certutil -d sql:. -A -n ca -t C,, -i /tmp/trust/ca.crt
        openssl s_client -connect ${name}:${PORT} -servername ${name} </dev/null 2>/dev/null | openssl x509 >leaf.pem
        certutil -d sql:. -A -n leaf -t ,, -i leaf.pem && certutil -d sql:. -V -u V -n leaf 2>&1`;
      return (await tryClient("sh", "-c", script)).out;
    };
    // It names another reason by its version; the two certificates differ in their names only.
    expect(await check(EVIL)).toMatch(/^certutil: certificate is invalid/);
    expect(await check(`good.${ZONE}`)).toBe("certutil: certificate is valid");
  });

  test("a real browser does, too", async () => {
    // Where test/lab/chromium.sh looks; it may hold the authority already, under another name.
    const home = "/home/ada/.pki";
    const store = `certutil -d sql:${home}/nssdb`;
    await client(
      "sh",
      "-c",
      `rm -rf /tmp/trust/pki; [ ! -e ${home} ] || mv ${home} /tmp/trust/pki
      mkdir -p ${home}/nssdb && ${store} -N --empty-password && ${store} -A -t C,, -n lab-trust -i /tmp/trust/ca.crt`,
    );
    try {
      const map = [EVIL, `good.${ZONE}`].map((name) => `MAP ${name} ${TAILNET_ADDRESS}`).join(",");
      const args = [`--host-resolver-rules=${map}`];
      expect(await visit(`https://${EVIL}:${PORT}/`, args)).toMatch(/^net::ERR_CERT_/);
      expect(await visit(`https://good.${ZONE}:${PORT}/`, args)).not.toContain("net::");
    } finally {
      await client("sh", "-c", `rm -rf ${home}; [ ! -e /tmp/trust/pki ] || mv /tmp/trust/pki ${home}`);
    }
  });
});

describe("a rotation", () => {
  const published = () => client("curl", "-fsS", `http://${TAILNET_ADDRESS}:8081/ca.crt`);
  const fingerprints = async () => {
    const { authority, next } = await authorities();
    return [authority, next];
  };

  test("publishes both, and clients of either kind are served until it is finished; then those that know the new one", async () => {
    const [old] = await fingerprints();
    await client("cp", "/tmp/trust/ca.crt", "/tmp/trust/old.crt");
    await host("install-quadlets", "ca", "rotate", "--yes");
    const [still, next] = await fingerprints();
    expect(still).toBe(old);
    expect((await published()).match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(await client("curl", "-fsS", `http://${TAILNET_ADDRESS}:8081/install-client.sh`)).toContain(
      `'${old},${next}'`,
    );
    await fetchAuthority();
    expect([await served("/tmp/trust/old.crt"), await served()]).toMatchObject([{ trusted: true }, { trusted: true }]);
    expect((await tryHost("install-quadlets", "ca", "rotate", "--yes")).err).toContain("is there already");

    await host("install-quadlets", "ca", "rotate", "--finish", "--yes");
    expect(await fingerprints()).toEqual([next, undefined]);
    expect([await served("/tmp/trust/old.crt"), await served()]).toMatchObject([{ trusted: false }, { trusted: true }]);
    expect(await tryHost("install-quadlets", "verify")).toMatchObject({ code: 0 });

    // And back: files, what is published, and what is served.
    await host("install-quadlets", "rollback", "--yes");
    expect(await fingerprints()).toEqual([old, next]);
    expect(await served("/tmp/trust/old.crt")).toMatchObject({ trusted: true });
    await host("install-quadlets", "rollback", "--yes");
    expect(await fingerprints()).toEqual([old, undefined]);
    await fetchAuthority();
  });

  test("is how an authority comes to vouch for the address", async () => {
    const [old] = await fingerprints();
    const history = JSON.parse(await host("install-quadlets", "history", "--json")) as { runs: { number: number }[] };
    await putFile(STACK, VOUCHING);
    const refused = await tryHost("install-quadlets", "--yes");
    expect(refused.err).toContain(`may not vouch for ${TAILNET_ADDRESS}`);
    await apply(VOUCHING, "ca", "rotate");
    await apply(VOUCHING, "ca", "rotate", "--finish");
    await fetchAuthority();
    expect(
      await client(
        "curl",
        "-sS",
        "--cacert",
        "/tmp/trust/ca.crt",
        "-o",
        "/dev/null",
        "-w",
        "%{ssl_verify_result}",
        "--connect-to",
        `::${TAILNET_ADDRESS}:443`,
        `https://webui.${ZONE}/health`,
      ),
    ).toBe("0");
    const text = await hostScript(`openssl x509 -in ${TLS}/leaf.crt -noout -ext subjectAltName`);
    expect(text).toContain(`IP Address:${TAILNET_ADDRESS}`);
    expect(
      await hostScript(
        `openssl verify -x509_strict -CAfile ${CA}/ca.crt -verify_ip ${TAILNET_ADDRESS} ${TLS}/leaf.crt`,
      ),
    ).toContain("OK");
    await host("install-quadlets", "rollback", String(history.runs.at(-1)?.number), "--yes");
    expect(await fingerprints()).toEqual([old, undefined]);
    await apply(SMALL);
    await fetchAuthority();
    expect(await served()).toMatchObject({ trusted: true });
  });
});

describe("a certificate that the site brings along", () => {
  const OWN = "/root/trust/own";
  const stack = (key = `${OWN}/site.key`, certificate = `${OWN}/site.crt`) =>
    `certificate:\n  source: own\n  certificate: ${certificate}\n  key: ${key}\n  authority: ${OWN}/root.crt\n${SMALL}`;

  beforeAll(async () => {
    await hostScript(`mkdir -p ${OWN} && cd ${OWN}
      openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=theirs -keyout root.key -out root.crt 2>/dev/null
      for name in site other; do openssl genrsa -out $name.key 2048 2>/dev/null; chmod 0600 $name.key; done
      sign() { openssl req -new -key site.key -subj /CN=site | openssl x509 -req -days 20 -CA root.crt -CAkey root.key -set_serial $3 \
        -extfile <(printf "subjectAltName=$1\\nextendedKeyUsage=serverAuth\\n") -out $2 2>/dev/null; }
      sign 'DNS:*.${ZONE},DNS:${ZONE}' site.crt 0x11
      sign 'DNS:*.${ZONE},DNS:${ZONE}' again.crt 0x12
      sign DNS:${ZONE} narrow.crt 0x13
      cp site.key open.key; chmod 0644 open.key`);
  });

  test("that does not fit is refused with its place, and nothing changes", async () => {
    const refusal = async (text: string) => {
      await putFile(STACK, text);
      const answer = await tryHost("install-quadlets", "--yes");
      expect(answer.code).toBe(1);
      return answer.err;
    };
    const other = await refusal(stack(`${OWN}/other.key`, `${OWN}/narrow.crt`));
    expect(other).toContain("the configuration has 2 faults; nothing was changed");
    expect(other).toMatch(
      /stack\.yaml:3:16 certificate\.certificate: .*narrow\.crt: does not cover vllm\.liminati\.internal/,
    );
    expect(other).toMatch(/stack\.yaml:4:8 certificate\.key: .*other\.key: does not belong to the certificate/);
    expect(await refusal(stack(`${OWN}/open.key`))).toMatch(
      /4:8 certificate\.key: .*others than root can read it: its mode is 0644/,
    );
    expect(await refusal(stack(`${OWN}/none.key`))).toMatch(/4:8 certificate\.key: .*is no file with a private key/);
    expect(await served()).toMatchObject({ trusted: true });
  });

  test("that fits is served after a reload, published with its authority, and followed when it is replaced", async () => {
    const before = await invocations();
    await apply(stack());
    await fetchAuthority();
    expect(await client("cat", "/tmp/trust/ca.crt")).toBe(await host("cat", `${OWN}/root.crt`));
    const first = await served();
    expect(first.trusted).toBe(true);
    await host("cp", `${OWN}/again.crt`, `${OWN}/site.crt`);
    expect(await host("install-quadlets", "renew")).toContain("copied from");
    const second = await served();
    expect(second.trusted).toBe(true);
    expect(second.fingerprint).not.toBe(first.fingerprint);
    await host("cp", `${OWN}/narrow.crt`, `${OWN}/site.crt`);
    expect((await tryHost("install-quadlets", "renew")).err).toContain("does not cover");
    expect(await served()).toEqual(second);
    await apply(SMALL);
    await fetchAuthority();
    expect(await served()).toMatchObject({ trusted: true });
    expect(restartedBetween(before, await invocations())).toEqual([]);
  });
});
