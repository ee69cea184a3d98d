/** The name server as clients meet it, what it asks others, and the page about it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secretsOf } from "./services.ts";
import { startFrom } from "./start.ts";
import { client, host, hostScript, putFile, TAILNET_ADDRESS, tryHost } from "./support.ts";

const PAGE = `http://${TAILNET_ADDRESS}:5380`;
const CLIENT_ADDRESS = "100.101.102.104";
/** The host's resolv.conf names the client's address on the LAN. */
const UPSTREAM = "192.0.2.20";
const ANSWER = "203.0.113.7";
const ASKED = "/tmp/lab-asked";

/** Answers every question with one address, and notes the names. */
const SERVER = `
  const { appendFileSync, writeFileSync } = require("node:fs");
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("message", (message, peer) => {
    const labels = [];
    let at = 12;
    while (message[at] > 0) { labels.push(message.toString("latin1", at + 1, at + 1 + message[at])); at += message[at] + 1; }
    appendFileSync("${ASKED}", labels.join(".").toLowerCase() + "\\n");
    const header = Buffer.from([message[0], message[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0x2c, 0, 4, ${ANSWER.replaceAll(".", ", ")}]);
    socket.send(Buffer.concat([header, message.subarray(12, at + 5), answer]), peer.port, peer.address);
  });
  socket.bind(53, "${UPSTREAM}", () => writeFileSync("${ASKED}", ""));
`;

startFrom("small");

function dig(...args: string[]): Promise<string> {
  return client("dig", "+tries=1", "+time=10", `@${TAILNET_ADDRESS}`, ...args);
}

async function status(...args: string[]): Promise<string> {
  return /status: (\w+)/.exec(await dig(...args))?.[1] ?? "";
}

describe("names", () => {
  beforeAll(async () => {
    await client("sh", "-c", `rm -f ${ASKED}; node -e '${SERVER}' >/dev/null 2>&1 & echo $! >/tmp/lab-upstream.pid`);
    await client("sh", "-c", `until [ -e ${ASKED} ]; do sleep 0.2; done`);
  });

  afterAll(async () => {
    await client("sh", "-c", `kill "$(cat /tmp/lab-upstream.pid)"; rm -f ${ASKED} /tmp/lab-upstream.pid`);
  });

  test.each(["+notcp", "+tcp"])("of the zone are answered, with authority (%s)", async (flag) => {
    const answer = await dig(flag, "webui.liminati.internal");
    expect(answer).toMatch(/flags: qr aa /);
    expect(answer).toMatch(new RegExp(`^webui\\.liminati\\.internal\\.\\s+60\\s+IN\\s+A\\s+${TAILNET_ADDRESS}$`, "m"));
    expect(await dig(flag, "+short", "liminati.internal")).toBe(TAILNET_ADDRESS);
  });

  test("others are forwarded once, then remembered", async () => {
    for (let i = 0; i < 3; i++) expect(await dig("+short", "www.example.com")).toBe(ANSWER);
    expect(await dig("+tcp", "+short", "www.example.com")).toBe(ANSWER);
    expect(await client("grep", "-c", "^www.example.com$", ASKED)).toBe("1");
  });

  test.each(["+notcp", "+tcp"])(
    "what the zone does not have does not exist, and nobody else is asked (%s)",
    async (flag) => {
      // An SOA record comes with each no, the second time as well, or clients do not believe it.
      const soa = /^liminati\.internal\.\s+0\s+IN\s+SOA\s+liminati\.internal\. /m;
      for (const name of ["nope", "a.b.webui", "_ldap._tcp", "en.wikipedia.org", "nope"])
        for (const type of ["A", "AAAA", "SRV", "TXT"]) {
          const answer = await dig(flag, `${name}.liminati.internal`, type);
          expect(answer, `${name} ${type}`).toMatch(/status: NXDOMAIN[\s\S]*flags: qr aa /);
          expect(answer, `${name} ${type}`).toMatch(soa);
        }
      for (const type of ["AAAA", "MX", "SOA", "NS", "DS", "HTTPS"]) {
        const answer = await dig(flag, "webui.liminati.internal", type);
        expect(answer, type).toMatch(/status: NOERROR[\s\S]*ANSWER: 0/);
        expect(answer, type).toMatch(soa);
      }
      for (const type of ["SOA", "NS"])
        expect(await dig(flag, "+short", "liminati.internal", type), type).toMatch(/^liminati\.internal\.( |$)/);
      // Nor for plain names and the reverse zones of private networks.
      expect(await status("plainname")).toBe("NXDOMAIN");
      expect(await status("-x", "10.1.2.3")).toBe("NXDOMAIN");
      expect(await client("sort", "-u", ASKED)).toBe("www.example.com");
    },
  );

  test("the host itself asks it as well", async () => {
    for (const flag of ["+notcp", "+tcp"])
      expect(await host("dig", flag, "+short", `@${TAILNET_ADDRESS}`, "vllm.liminati.internal")).toBe(TAILNET_ADDRESS);
  });
});

/** What systemd-resolved does to a host, without it: a stub on 127.0.0.53, and the servers behind it in a file. */
const STUB = `
  const socket = require("node:dgram").createSocket("udp4");
  socket.on("message", (message, peer) => {
    message[2] = 0x81; message[3] = 0x85;
    socket.send(message, peer.port, peer.address);
  });
  socket.bind(53, "127.0.0.53", () => require("node:fs").writeFileSync("/tmp/lab-stub", ""));
`;

test("beside a stub like systemd-resolved's, the servers behind it are asked", async () => {
  await hostScript(`
    cp /etc/resolv.conf /tmp/lab-resolv.conf
    mkdir -p /run/systemd/resolve
    echo 'nameserver ${UPSTREAM}' >/run/systemd/resolve/resolv.conf
    echo 'nameserver 127.0.0.53' >/etc/resolv.conf
    node -e '${STUB}' >/dev/null 2>&1 & echo $! >/tmp/lab-stub.pid
    until [ -e /tmp/lab-stub ]; do sleep 0.2; done
  `);
  try {
    expect(await host("dig", "+tries=1", "webui.liminati.internal")).toContain("status: REFUSED");
    const answer = await tryHost("install-quadlets", "--dry-run");
    expect(answer.out, answer.err).toBe("nothing to do: the host is as configured");
    expect(await host("svc", "restart", "dnsmasq")).toMatch(/^restarted dnsmasq/);
    expect(await dig("+short", "webui.liminati.internal")).toBe(TAILNET_ADDRESS);
    expect(await host("cat", "/var/lib/dnsmasq-llm/config/dnsmasq.conf")).toMatch(
      new RegExp(`^server=${UPSTREAM}$`, "m"),
    );
  } finally {
    await hostScript(`
      kill "$(cat /tmp/lab-stub.pid)"
      cat /tmp/lab-resolv.conf >/etc/resolv.conf
      rm -r /run/systemd/resolve /tmp/lab-resolv.conf /tmp/lab-stub*
    `);
  }
});

describe("the page", () => {
  let login: readonly string[];

  beforeAll(async () => {
    const password = (await secretsOf("dnsmasq-user")).get("dnsmasq-admin-password") ?? "";
    login = ["--user", `admin:${password}`];
  });

  const code = (path: string, ...args: string[]) =>
    client("curl", "-sS", "--max-time", "20", "-o", "/dev/null", "-w", "%{http_code}", ...args, `${PAGE}${path}`);

  test("is for whoever has the password", async () => {
    for (const path of ["/", "/log", "/dnsmasq.conf", "/nothing"]) {
      expect(await code(path), path).toBe("401");
      expect(await code(path, "--user", "admin:wrong"), path).toBe("401");
    }
    expect(await code("/", ...login)).toBe("200");
    expect(await code("/../etc/passwd", "--path-as-is", ...login)).toMatch(/^40[04]$/);
    expect(await code("/", "-X", "POST", "-d", "x", ...login)).toBe("405");
  });

  test("shows the configuration, and each question with who asked and the answer", async () => {
    const get = (path: string) => client("curl", "-fsS", "--max-time", "20", ...login, `${PAGE}${path}`);
    expect(await get("/dnsmasq.conf")).toContain("server=/liminati.internal/127.0.0.1#5354");
    expect(await get("/")).toContain("<title>DNS of liminati.internal</title>");
    await dig("webui.liminati.internal", "A");
    await dig("never-heard-of.liminati.internal", "A");
    const log = await get("/log");
    expect(log).toMatch(
      new RegExp(
        ` (\\d+) ${CLIENT_ADDRESS}/\\d+ query\\[A\\] webui\\.liminati\\.internal from ${CLIENT_ADDRESS}$`,
        "m",
      ),
    );
    expect(log).toMatch(
      new RegExp(`${CLIENT_ADDRESS}/\\d+ config webui\\.liminati\\.internal is ${TAILNET_ADDRESS}$`, "m"),
    );
    expect(log).toMatch(/reply never-heard-of\.liminati\.internal is NXDOMAIN$/m);
  });

  test("questions stay out of the journal, the rest of the log is in it", async () => {
    const journal = await host("svc", "logs", "-n", "500", "dnsmasq");
    // Of its servers it tells only once it has looked at them again, some time after its start.
    expect(journal).toMatch(/dnsmasq\[\d+\]: started, version/);
    expect(journal).not.toContain("query[");
    expect(
      (await host("stat", "-c", "%a", "/var/lib/dnsmasq-llm/log", "/var/lib/dnsmasq-llm/log/dnsmasq.log")).split("\n"),
    ).toEqual(["750", "640"]);
  });

  test("the log stays small, and goes on", async () => {
    const log = "/var/lib/dnsmasq-llm/log/dnsmasq.log";
    await hostScript(`head -c 3000000 /dev/zero | tr '\\0' 'x' >>${log}`);
    await expect
      .poll(async () => Number(await host("stat", "-c", "%s", log)), { timeout: 300_000, interval: 1_000 })
      .toBeLessThan(100_000);
    expect(Number(await host("stat", "-c", "%s", `${log}.old`))).toBeGreaterThan(3_000_000);
    await dig("webui.liminati.internal", "TXT");
    expect(await host("cat", log)).toContain("query[TXT] webui.liminati.internal");
    await host("rm", `${log}.old`);
  });
});

/** What journald itself has of them: written by their programs, and said about them by their managers. */
async function journalOf(units: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
  const matches = Object.entries(units).flatMap(([user, own]) => {
    const owner = `_UID=$(id -u ${user})`;
    const [wrote, said] = ["_SYSTEMD_USER_UNIT", "USER_UNIT"].map((field) =>
      own.map((unit) => `${field}=${unit}.service`),
    );
    return ["+", ...(wrote ?? []), owner, "+", ...(said ?? []), owner];
  });
  const flags = "--no-pager --output=json --output-fields=MESSAGE";
  const json = await hostScript(`journalctl ${flags} ${matches.slice(1).join(" ")}`);
  // conmon leaves the end of a line in some of them.
  return json.split("\n").map((line) => (JSON.parse(line) as { readonly MESSAGE: string }).MESSAGE.trimEnd());
}

test("svc logs -f over two services that restart meanwhile loses no line, and no order", async () => {
  const file = "/run/lab-logs.txt";
  await hostScript(`
    systemd-run --quiet --collect --unit=lab-logs --property=StandardOutput=truncate:${file} \
      "$(command -v svc)" logs --follow --all --lines 0 nginx-proxy dnsmasq
    until pgrep -f 'journalctl.*--follow' >/dev/null; do sleep 0.1; done`);
  const ask = (path: string) =>
    `curl -sk -o /dev/null -m 2 --resolve webui.liminati.internal:443:${TAILNET_ADDRESS} https://webui.liminati.internal/${path}`;
  const followed = async () => (await host("cat", file)).split("\n").map((line) => line.replace(/^\S+ .*?: /, ""));
  try {
    await hostScript(`
      for round in 1 2 3; do
        (for i in $(seq 40); do ${ask("$round-$i")} || true; done) & asking=$!
        svc restart nginx-proxy & proxy=$!
        svc restart dnsmasq
        wait $proxy $asking
      done
      ${ask("the-last-one")}`);
    await expect
      .poll(followed, { timeout: 60_000, interval: 500 })
      .toContainEqual(expect.stringContaining("/the-last-one"));
    const lines = await followed();
    const written = await journalOf({ "nginx-user": ["nginx-proxy"], "dnsmasq-user": ["dnsmasq", "dnsmasq-page"] });
    // A health check may have written on since.
    const end = written.findIndex((line) => line.includes("/the-last-one")) + 1;
    const seen = lines.slice(0, lines.findIndex((line) => line.includes("/the-last-one")) + 1);
    expect(seen.filter((line) => line.startsWith("Started ")).length).toBeGreaterThanOrEqual(6);
    expect(seen).toEqual(written.slice(end - seen.length, end));
  } finally {
    await host("systemctl", "stop", "lab-logs");
  }
});

test("a million lines of svc logs, for somebody who reads slowly, do not fill memory", async () => {
  // In place of the journal, which takes no million lines in a test: its form, and as fast as a pipe takes it.
  const LINE =
    '{"__CURSOR":"c%d","__REALTIME_TIMESTAMP":"1767225600%06d","_SYSTEMD_USER_UNIT":"dnsmasq.service","CONTAINER_NAME":"dnsmasq","MESSAGE":"line %d of a million, which is as long as one usually is in a log like this"}';
  await putFile(
    "/usr/local/bin/journalctl",
    `#!/bin/sh\nexec awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "${LINE.replaceAll('"', '\\"')}\\n", i, i, i }'\n`,
  );
  try {
    const said = await hostScript(`
      chmod 755 /usr/local/bin/journalctl
      mkfifo /run/lab-million
      # A reader that lets the pipe be full for a while.
      { sleep 5; awk 'NR == 1; END { print NR; print }' >/run/lab-million.txt; } </run/lab-million &
      svc logs dnsmasq --since yesterday >/run/lab-million & pid=$!
      most=0
      while now=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$pid/status 2>/dev/null) && [ -n "$now" ]; do most=$now; sleep 0.1; done
      wait
      echo "$most"
      cat /run/lab-million.txt
    `);
    const [most, first, count, last] = said.split("\n");
    expect(first).toContain("dnsmasq: line 0 of a million");
    expect(count).toBe("1000000");
    expect(last).toContain("dnsmasq: line 999999 of a million");
    // Megabytes of all that Node is, of whichever version: the lines alone would be more than two hundred.
    expect(Number(most) / 1024).toBeGreaterThan(20);
    expect(Number(most) / 1024).toBeLessThan(200);
  } finally {
    await hostScript("rm -f /usr/local/bin/journalctl /run/lab-million /run/lab-million.txt");
  }
});
