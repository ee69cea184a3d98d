/** Who may call which port: every cell of the declared matrix on the host, every port of it from the client. */
import { beforeAll, describe, expect, test } from "vitest";
import type { IndexedPort, ServiceIndex } from "../../src/model/index-file.ts";
import { FETCHED, fetchAuthority } from "./certificates.ts";
import { invocations, restartedBetween, tryAs, USERS } from "./services.ts";
import { startFrom } from "./start.ts";
import { client, host, hostScript, LAN_ADDRESS, lab, putFile, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";
const OPERATOR = "lab-operator";
const STRANGER = "lab-stranger";

/** Tries to connect; a port that nobody refuses within the time counts as silent. */
const CONNECT = `
  import { connect, createServer } from "node:net";
  const attempt = (host, port) => new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 60000 });
    const end = (word) => { socket.destroy(); resolve(word); };
    socket.on("connect", () => end("open"));
    socket.on("timeout", () => end("silent"));
    socket.on("error", (error) => end(error.code === "ECONNREFUSED" ? "refused" : error.code));
  });
  const attemptAll = async (targets) => Object.fromEntries(
    await Promise.all(targets.map(async ([host, port]) => [host + ":" + port, await attempt(host, port)])));
`;

type Found = Readonly<Record<string, string>>;
type Target = readonly [host: string, port: number];

async function program(place: "exec" | "client", argv: readonly string[], text: string): Promise<string> {
  const answer = await lab([place, "--", ...argv, "node", "--input-type=module", "-"], { input: text });
  if (answer.code !== 0) throw new Error(`node: ${answer.err}\n${answer.out}`);
  return answer.out;
}

/** What a uid of the host finds. */
async function foundBy(uid: number, targets: readonly Target[]): Promise<Found> {
  const argv = ["setpriv", "--reuid", `${uid}`, "--regid", `${uid}`, "--clear-groups", "env", "HOME=/"];
  const out = await program(
    "exec",
    argv,
    `${CONNECT}console.log(JSON.stringify(await attemptAll(${JSON.stringify(targets)})));`,
  );
  return JSON.parse(out) as Found;
}

/** All tcp ports of an address where a connection is not refused, as the client sees them. In Perl: node takes six times as long. */
async function scan(address: string): Promise<readonly number[]> {
  const text = `use Socket; use Errno qw(ECONNREFUSED EINPROGRESS); use Fcntl;
    my ($address, @open) = inet_aton("${address}");
    for (my $first = 1; $first <= 65535; $first += 500) {
      my (%port_of, $vector);
      for my $port ($first .. $first + 499) {
        next if $port > 65535;
        socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
        fcntl($socket, F_SETFL, O_NONBLOCK);
        if (connect($socket, sockaddr_in($port, $address))) { push @open, $port; next }
        next if $! == ECONNREFUSED;
        die "$port: $!" unless $! == EINPROGRESS;
        $port_of{fileno $socket} = [$socket, $port];
      }
      # A refusal comes at once; what is silent for so long is dropped on the way, and counts as open.
      my $end = time + 5;
      while (%port_of && time < $end) {
        vec($vector = "", 4096, 1) = 0;
        vec($vector, $_, 1) = 1 for keys %port_of;
        select(undef, $vector, undef, 1);
        for my $number (grep { vec($vector, $_, 1) } keys %port_of) {
          my ($socket, $port) = @{delete $port_of{$number}};
          push @open, $port unless unpack("i", getsockopt($socket, SOL_SOCKET, SO_ERROR)) == ECONNREFUSED;
        }
      }
      push @open, map { $_->[1] } values %port_of;
    }
    print "[" . join(",", sort { $a <=> $b } @open) . "]";`;
  const answer = await lab(["client", "--", "perl", "-"], { input: text });
  expect(answer.code, answer.err).toBe(0);
  return JSON.parse(answer.out) as readonly number[];
}

startFrom("installed");

let index: ServiceIndex;
let ports: readonly (IndexedPort & { readonly service: string })[];

async function readIndex(): Promise<void> {
  index = JSON.parse(await host("cat", "/var/lib/install-quadlets/index.json")) as ServiceIndex;
  ports = index.services.flatMap((service) => service.ports.map((port) => ({ ...port, service: service.name })));
}

const facing = (bind: "loopback" | "tailnet") => ports.filter((port) => port.bind.includes(bind));
const uidOf = async (user: string) => Number(await host("id", "-u", user));
const firstSubuid = async (user: string) => Number((await host("grep", `^${user}:`, "/etc/subuid")).split(":")[1]);

beforeAll(readIndex);

describe("on the host", () => {
  let before: ReadonlyMap<string, string>;
  let foreign: string;

  beforeAll(async () => {
    await hostScript(`
      useradd --no-create-home ${OPERATOR}; useradd --no-create-home ${STRANGER}
      nft 'add table inet stranger; add chain inet stranger c { type filter hook output priority 5; }; add rule inet stranger c counter'
      nft 'add table ip filter; add chain ip filter ts-input'
    `);
    before = await invocations();
    foreign = await otherTables();
    await putFile(`${SITE}/stack.yaml`, `operators: [${OPERATOR}]\n`);
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code, answer.err).toBe(0);
    expect(answer.out).toContain(`+    # root, ${OPERATOR}`);
    await readIndex();
  });

  /** Without the counters that move, and without ours. */
  function otherTables(): Promise<string> {
    return hostScript(
      'nft --stateless list tables | grep -v install_quadlets | while read -r _ family name; do nft --stateless list table "$family" "$name"; done',
    );
  }

  test("new rules restart nobody and leave every other table as it is", async () => {
    expect(restartedBetween(before, await invocations())).toEqual([]);
    expect(await otherTables()).toBe(foreign);
    expect(foreign).toContain("ts-input");
    expect(index.operators).toEqual([OPERATOR]);
    expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  });

  test("the matrix of loopback is the declared one, cell by cell", async () => {
    const targets = facing("loopback").map(({ port }): Target => ["127.0.0.1", port]);
    expect(targets.length).toBeGreaterThan(3);
    const all = (word: string) => Object.fromEntries(targets.map(([address, port]) => [`${address}:${port}`, word]));
    expect(await foundBy(0, targets)).toEqual(all("open"));
    expect(await foundBy(await uidOf(OPERATOR), targets)).toEqual(all("open"));
    for (const user of [STRANGER, "nobody", "systemd-network"])
      expect(await foundBy(await uidOf(user), targets), user).toEqual(all("refused"));
    for (const service of index.services) {
      const wanted = Object.fromEntries(
        facing("loopback").map(({ port, callers }) => [
          `127.0.0.1:${port}`,
          callers.includes(service.name) ? "open" : "refused",
        ]),
      );
      // As the user, and as what a program in a container without a network of its own would be.
      for (const uid of [service.uid, (await firstSubuid(service.user)) + 100])
        expect(await foundBy(uid, targets), `${service.name} as ${uid}`).toEqual(wanted);
    }
  });

  test("the same holds for the other addresses of loopback", async () => {
    const numbers = facing("loopback").map(({ port }) => port);
    const targets = numbers.flatMap((port): Target[] => [
      ["::1", port],
      ["127.0.0.2", port],
    ]);
    // Nobody of ours listens there: somebody must, for a refusal to be the firewall's.
    const text = `${CONNECT}
      import { execFileSync, spawn } from "node:child_process";
      for (const [host, port] of ${JSON.stringify(targets)})
        await new Promise((resolve, reject) => createServer((s) => s.destroy()).on("error", reject).listen(port, host, resolve));
      const program = ${JSON.stringify(CONNECT)} + 'console.log(JSON.stringify(await attemptAll(${JSON.stringify(targets)})));';
      const as = (uid) => new Promise((resolve) => {
        let out = "";
        const child = spawn("setpriv", ["--reuid", uid, "--regid", uid, "--clear-groups", "node", "--input-type=module", "-e", program]);
        child.stdout.on("data", (data) => { out += data; });
        child.on("close", () => resolve(JSON.parse(out)));
      });
      console.log(JSON.stringify([await as("0"), await as("${await uidOf(STRANGER)}")]));
      process.exit(0);`;
    const all = (word: (address: string) => string) =>
      Object.fromEntries(targets.map(([address, port]) => [`${address}:${port}`, word(address)]));
    // ::1 is the first that "localhost" means, and anybody can listen there.
    const byRoot = all((address) => (address === "::1" ? "refused" : "open"));
    expect(JSON.parse(await program("exec", [], text))).toEqual([byRoot, all(() => "refused")]);
  });

  test.each([STRANGER, "vllm-user"])("%s, who holds a port while its service is away, is not heard", async (user) => {
    const uid = await uidOf(user);
    // With another port, where nobody stops it: to show that it does hear.
    const listener = `
      import { createServer } from "node:net";
      import { appendFileSync, writeFileSync } from "node:fs";
      const listen = (port, heard) => new Promise((resolve, reject) =>
        createServer((socket) => { heard(socket.localPort); socket.destroy(); }).on("error", reject).listen(port, "127.0.0.1", resolve));
      const heard = (port) => appendFileSync("/tmp/lab-heard-${user}", port + "\\n");
      await listen(3999, heard);
      await listen(3000, heard);
      writeFileSync("/tmp/lab-listening-${user}", "");`;
    await host("svc", "stop", "open-webui");
    await hostScript(`
      systemd-run --quiet --unit lab-squatter --uid ${uid} node --input-type=module -e '${listener}'
      until [ -e /tmp/lab-listening-${user} ]; do systemctl is-active --quiet lab-squatter; sleep 0.1; done`);
    try {
      const nginx = await uidOf("nginx-user");
      const targets = [3000, 3999].map((port): Target => ["127.0.0.1", port]);
      const wanted = { "127.0.0.1:3000": "refused", "127.0.0.1:3999": "open" };
      for (const caller of [0, await uidOf(OPERATOR), nginx])
        expect(await foundBy(caller, targets), `called by ${caller}`).toEqual(wanted);
      // The proxy says so at once, instead of handing the request on.
      await fetchAuthority();
      const resolve = ["--resolve", `webui.${index.domain}:443:${TAILNET_ADDRESS}`, "--cacert", FETCHED];
      const status = ["-sS", "--max-time", "60", "-o", "/dev/null", "-w", "%{http_code}"];
      expect(await client("curl", ...status, ...resolve, `https://webui.${index.domain}/`)).toBe("502");
      expect(new Set((await host("cat", `/tmp/lab-heard-${user}`)).split("\n"))).toEqual(new Set(["3999"]));
    } finally {
      await hostScript("systemctl stop lab-squatter");
    }
    await host("svc", "start", "open-webui");
    // Nobody is connected there for two seconds after the last that the squatter answered; a fast start is within them.
    await expect
      .poll(() => foundBy(0, [["127.0.0.1", 3000]]), { timeout: 30_000, interval: 500 })
      .toEqual({ "127.0.0.1:3000": "open" });
  });

  test("services do not call each other through the tailnet address; people and the host do", async () => {
    const targets = facing("tailnet")
      .filter(({ protocols }) => protocols.includes("tcp"))
      .map(({ port }): Target => [TAILNET_ADDRESS, port]);
    const open = Object.fromEntries(targets.map(([address, port]) => [`${address}:${port}`, "open"]));
    for (const uid of [0, await uidOf(STRANGER)]) expect(await foundBy(uid, targets)).toEqual(open);
    for (const service of index.services) {
      const wanted = Object.fromEntries(
        facing("tailnet").map(({ port, redirectFrom }) => [
          `${TAILNET_ADDRESS}:${port}`,
          redirectFrom === undefined ? "refused" : "open",
        ]),
      );
      expect(await foundBy(service.uid, targets), service.name).toEqual(wanted);
    }
  });

  test("nor from inside a container, but for what is declared", async () => {
    const fetch = (url: string) =>
      tryAs("webui-user", "podman", "exec", "open-webui", "curl", "-sS", "--max-time", "20", "-o", "/dev/null", url);
    expect((await fetch("http://127.0.0.1:8000/health")).code).toBe(0);
    for (const url of [
      `http://${TAILNET_ADDRESS}:5173/`,
      `http://${TAILNET_ADDRESS}:8081/`,
      "http://127.0.0.1:5173/",
    ]) {
      const answer = await fetch(url);
      expect(answer.code, `${url}: ${answer.err}`).toBe(7);
    }
  });

  test("no moment of a reload lets anybody through", async () => {
    const uid = await uidOf(STRANGER);
    // Tries until its input ends; says when it has begun.
    const caller = `${CONNECT}
      import { writeFileSync } from "node:fs";
      let over = false;
      process.stdin.on("end", () => { over = true; }).resume();
      const seen = {};
      await attempt("127.0.0.1", 8000);
      writeFileSync("/tmp/lab-trying", "");
      while (!over) { const word = await attempt("127.0.0.1", 8000); seen[word] = (seen[word] ?? 0) + 1; }
      console.log(JSON.stringify(seen));`;
    const out = await hostScript(`
      { until [ -e /tmp/lab-trying ]; do sleep 0.1; done; for i in {1..15}; do systemctl reload install-quadlets-firewall; done; } |
        setpriv --reuid ${uid} --regid ${uid} --clear-groups node --input-type=module -e '${caller}'
    `);
    const seen = JSON.parse(out) as Readonly<Record<string, number>>;
    expect(Object.keys(seen)).toEqual(["refused"]);
    expect(seen["refused"]).toBeGreaterThan(15);
  });

  test("they are back after nftables.service has flushed everything", async () => {
    const saved = await host("nft", "list", "table", "inet", "install_quadlets");
    for (const verb of ["start", "reload", "restart", "stop"]) {
      await host("systemctl", verb, "nftables");
      expect(await host("nft", "list", "table", "inet", "install_quadlets"), verb).toBe(saved);
    }
    expect(await host("nft", "list", "tables")).toBe("table inet install_quadlets");
  });

  test("the index may remember an operator whom the host does not know any more", async () => {
    await hostScript(`userdel ${OPERATOR}; rm -rf ${SITE}`);
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code, answer.err).toBe(0);
  });
});

describe("from the client", () => {
  const exposed = () =>
    facing("tailnet")
      .filter(({ protocols }) => protocols.includes("tcp"))
      .flatMap(({ port, redirectFrom }) => (redirectFrom === undefined ? [port] : [port, redirectFrom]))
      .sort((a, b) => a - b);

  test("of all tcp ports exactly the declared ones are open at the tailnet address", async () => {
    expect(exposed()).toEqual(expect.arrayContaining([53, 80, 443, 5173, 8081, 9090]));
    expect(await scan(TAILNET_ADDRESS)).toEqual(exposed());
  });

  test("of all tcp ports none is open at the other address", async () => {
    expect(await scan(LAN_ADDRESS)).toEqual([]);
  });

  test("every name and every port answers", async () => {
    await fetchAuthority();
    const urls = index.services.flatMap((service) => service.urls).filter((url) => !url.includes("127.0.0.1"));
    expect(urls.filter((url) => url.startsWith("https:"))).toHaveLength(3);
    expect(urls.length).toBeGreaterThan(4);
    for (const url of urls) {
      const resolve = ["--resolve", `${new URL(url).hostname}:443:${TAILNET_ADDRESS}`, "--cacert", FETCHED];
      const status = ["-sS", "--max-time", "20", "-o", "/dev/null", "-w", "%{http_code}"];
      const code = await client("curl", ...status, ...resolve, url);
      // vLLM's root is closed, by intention; what matters is who answers.
      expect(code, url).toMatch(/^(200|401|404)$/);
    }
    for (const flag of ["+notcp", "+tcp"])
      expect(await client("dig", flag, "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal")).toBe(
        TAILNET_ADDRESS,
      );
  });

  test("through the LAN the tailnet address refuses them, and names nobody", async () => {
    await client("ip", "route", "add", `${TAILNET_ADDRESS}/32`, "via", LAN_ADDRESS, "dev", "eth0");
    try {
      expect(await client("ip", "route", "get", TAILNET_ADDRESS)).toContain(`via ${LAN_ADDRESS} dev eth0`);
      const targets = [...exposed(), 3000, 8000, 8080].map((port): Target => [TAILNET_ADDRESS, port]);
      const text = `${CONNECT}console.log(JSON.stringify(await attemptAll(${JSON.stringify(targets)})));`;
      const found = JSON.parse(await program("client", [], text)) as Found;
      expect(found).toEqual(Object.fromEntries(Object.keys(found).map((one) => [one, "refused"])));
      expect(Object.keys(found)).toHaveLength(exposed().length + 3);
      const dig = ["dig", "+tries=1", "+time=3", "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal"];
      expect((await tryClient(...dig)).code).not.toBe(0);
      expect((await tryClient(...dig, "-p", "10053")).code).not.toBe(0);
    } finally {
      await client("ip", "route", "del", `${TAILNET_ADDRESS}/32`, "via", LAN_ADDRESS, "dev", "eth0");
    }
    expect(await client("dig", "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal")).toBe(TAILNET_ADDRESS);
  });
});

test("the tests above know every user", () => {
  expect(index.services.map((service) => service.user).sort()).toEqual([...USERS].sort());
});
