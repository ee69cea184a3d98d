/** A second machine: set up by the served script, it reaches everything over names and trusted TLS. */
import { beforeAll, describe, expect, test } from "vitest";
import { visit } from "./browser.ts";
import { secretsOf } from "./services.ts";
import { startFrom } from "./start.ts";
import { type Answer, client, host, LAN_ADDRESS, lab, TAILNET_ADDRESS, tryClient, tryHost } from "./support.ts";

const CLIENT_ADDRESS = "100.101.102.104";
const SERVED = `http://${TAILNET_ADDRESS}:8081/install-client.sh`;
const NAMES = ["webui", "vllm", "opik"].map((name) => `${name}.liminati.internal`);

/** The name that the tests ask before the client knows any. */
const MAPPED = [`--host-resolver-rules=MAP *.liminati.internal ${TAILNET_ADDRESS}`];
const STORES = ["/home/ada/.pki/nssdb", "/home/ada/.mozilla/firefox/x1.default"];

/** Content, owner and mode of everything in the client's /etc, of its trusted authorities and of what its person's browsers know. */
function machine(): Promise<string> {
  const places = "/etc /usr/local/share /home/ada/.pki /home/ada/.mozilla";
  const list = `find ${places} -xdev -printf '%M %u %g %p %l\\n' | sort`;
  const hashes = `find ${places} -xdev -type f -exec sha256sum {} + | sort`;
  return client("sh", "-c", `${list}; ${hashes}`);
}

/** As the page says it, typed by the machine's person: fetched and piped into a shell of root's. */
function script(...args: string[]) {
  const piped = 'curl -fsS "$1" | { shift; sudo sh -s -- "$@"; }';
  return tryClient("runuser", "-u", "ada", "--", "sh", "-c", piped, "sh", SERVED, ...args);
}

/** The same without sudo in front: it asks for root itself where it must. */
function scriptAsPerson(...args: string[]) {
  const piped = 'curl -fsS "$1" | { shift; sh -s -- "$@"; }';
  return tryClient("runuser", "-u", "ada", "--", "sh", "-c", piped, "sh", SERVED, ...args);
}

/** Runs a Node program on the client, from standard input. */
async function node(program: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // A login shell, as a person's session: it has what the script set for Node.
  const login = ["sh", "-lc", 'exec env "$@"', "sh", ...variables, "node", "--input-type=module", "-"];
  const answer = await lab(["client", "--", ...login], { input: program });
  if (answer.code !== 0) throw new Error(`node on the client: ${answer.err}\n${answer.out}`);
  return answer.out;
}

startFrom("installed", { client: "new" });

/** Asks for a name that the client need not know. */
function askAtAddress(name: string): Promise<Answer> {
  const place = ["--resolve", `${name}:443:${TAILNET_ADDRESS}`];
  return tryClient("curl", "-sS", "--max-time", "10", ...place, `https://${name}/`);
}

let untouched: string;

beforeAll(async () => {
  for (const store of STORES) {
    const make = 'mkdir -p "$1" && certutil -N -d "sql:$1" --empty-password';
    await client("runuser", "-u", "ada", "--", "sh", "-c", make, "sh", store);
  }
  untouched = await machine();
});

describe("before the script", () => {
  test("the certificate is not trusted, and the name is not known", async () => {
    const [name = ""] = NAMES;
    const trust = await askAtAddress(name);
    expect(trust.code).toBe(60);
    // Newer versions of curl have other words for it.
    expect(trust.err).toMatch(/SSL certificate (problem|OpenSSL verify result)/);
    expect((await tryClient("timeout", "15", "getent", "ahostsv4", name)).code).not.toBe(0);
  });

  test("--check says so and changes nothing", async () => {
    const answer = await script("--check", TAILNET_ADDRESS);
    expect(answer.code).toBe(1);
    expect(answer.out).toMatch(/^FAIL {2}names: webui\.liminati\.internal is not answered with/m);
    expect(answer.out).toMatch(/^FAIL {2}trust: https:\/\/liminati.internal\/: curl: \(60\)/m);
    expect(answer.out).toMatch(/^FAIL {2}browsers: \/home\/ada\/\.pki\/nssdb\/cert9\.db does not have the authority/m);
    expect(await machine()).toBe(untouched);
  });

  test("a browser refuses the authority", async () => {
    expect(await visit("https://webui.liminati.internal/", MAPPED)).toBe("net::ERR_CERT_AUTHORITY_INVALID");
  });

  test("a wrong fingerprint is refused", async () => {
    const answer = await script("--fingerprint", "AB:".repeat(31).concat("AB"), TAILNET_ADDRESS);
    expect(answer.code).toBe(1);
    expect(answer.err).toContain("not the one you gave");
    expect(await machine()).toBe(untouched);
  });
});

describe("after the script", () => {
  let setUp: string;

  beforeAll(async () => {
    const pin = await host(
      "openssl",
      "x509",
      "-in",
      "/var/lib/install-quadlets/ca/ca.crt",
      "-noout",
      "-fingerprint",
      "-sha256",
    );
    const answer = await script("--fingerprint", pin.split("=")[1] ?? "", TAILNET_ADDRESS);
    expect(answer.code, answer.out + answer.err).toBe(0);
    expect(answer.out).toMatch(/^as ada:\n {2}trust it in \/home\/ada\/[\s\S]*^as root:\n {2}trust the authority/m);
    setUp = await machine();
    expect(setUp).not.toBe(untouched);
  });

  test("running it again changes nothing", async () => {
    const answer = await script(TAILNET_ADDRESS);
    expect(answer.code, answer.err).toBe(0);
    expect(answer.out).toContain("nothing to do: this machine is set up");
    expect(await machine()).toBe(setUp);
    expect((await script("--check")).code).toBe(0);
  });

  test.each([
    ["https://webui.liminati.internal/", "<title>Open WebUI</title>"],
    ["https://vllm.liminati.internal/health", ""],
    ["https://opik.liminati.internal/", "<"],
    ["https://opik.liminati.internal/api/is-alive/ping", "healthy"],
    ["https://liminati.internal/", "Linux and macOS"],
  ])("%s answers, trusted without -k", async (url, text) => {
    const out = await client(
      "curl",
      "-sS",
      "--fail",
      "--max-time",
      "20",
      "-w",
      "\n%{http_version} %{ssl_verify_result} %{remote_ip}",
      url,
    );
    expect(out).toContain(text);
    expect(out.split("\n").at(-1)).toBe(`2 0 ${TAILNET_ADDRESS}`);
  });

  test("plain HTTP leads to HTTPS, and the bare address to the page that explains", async () => {
    const redirect = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"];
    expect(await client(...redirect, "http://webui.liminati.internal/a?b=c")).toBe(
      "308 https://webui.liminati.internal/a?b=c",
    );
    expect(await client(...redirect, `http://${TAILNET_ADDRESS}/`)).toBe(`302 http://${TAILNET_ADDRESS}:8081/`);
    expect(await client("curl", "-fsS", `http://${TAILNET_ADDRESS}:8081/`)).toContain("liminati.internal");
    expect(
      (
        await tryClient(
          "curl",
          "-sS",
          "-k",
          "--max-time",
          "10",
          "--resolve",
          `other.example:443:${TAILNET_ADDRESS}`,
          "https://other.example/",
        )
      ).code,
    ).toBe(35);
  });

  test("a browser trusts it, and finds it", async () => {
    expect(await visit("https://webui.liminati.internal/")).toBe("Open WebUI");
    expect(await visit("https://liminati.internal/")).toBe("liminati.internal");
  });

  test("the browser's stores stay its person's own", async () => {
    const owners = await client("find", "/home/ada", "-not", "-user", "ada");
    expect(owners.split("\n").filter((path) => path.includes("install-quadlets"))).toEqual([]);
  });

  test("TLS is 1.2 or newer", async () => {
    const connect = (version: string) =>
      tryClient(
        "curl",
        "-sS",
        "-o",
        "/dev/null",
        "--max-time",
        "10",
        ...version.split(" "),
        "https://vllm.liminati.internal/health",
      );
    expect((await connect("--tlsv1.3")).code).toBe(0);
    expect((await connect("--tlsv1.2 --tls-max 1.2")).code).toBe(0);
    expect((await connect("--tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0")).code).not.toBe(0);
  });

  test("the lab's dnsmasq answers for the zone, over UDP and TCP", async () => {
    for (const name of NAMES) {
      expect(await client("dig", `@${TAILNET_ADDRESS}`, "+short", "A", name)).toBe(TAILNET_ADDRESS);
      expect(await client("getent", "ahostsv4", name)).toMatch(new RegExp(`^${TAILNET_ADDRESS} +STREAM ${name}`));
    }
    expect(await client("dig", `@${TAILNET_ADDRESS}`, "+tcp", "+short", "webui.liminati.internal")).toBe(
      TAILNET_ADDRESS,
    );
    expect(await client("dig", `@${TAILNET_ADDRESS}`, "nothing-here.liminati.internal")).toMatch(/status: NXDOMAIN/);
    // There is no IPv6 address: an empty answer, not a name that does not exist.
    const six = await client("dig", `@${TAILNET_ADDRESS}`, "AAAA", "webui.liminati.internal");
    expect(six).toMatch(/status: NOERROR/);
    expect(six).toMatch(/ANSWER: 0/);
  });

  test("tokens arrive one by one, as the model writes them", async () => {
    const key = (await secretsOf("vllm-user")).get("vllm-qwen-api-key") ?? "";
    const program = `
      const body = JSON.stringify({ model: "qwen", stream: true, messages: [{ role: "user", content: "hello" }] });
      const headers = { "content-type": "application/json", authorization: "Bearer " + process.env.KEY };
      const response = await fetch("https://vllm.liminati.internal/v1/chat/completions", { method: "POST", headers, body });
      if (response.status !== 200) throw new Error("HTTP " + response.status);
      const chunks = [];
      const decoder = new TextDecoder();
      for await (const chunk of response.body) chunks.push(decoder.decode(chunk, { stream: true }));
      console.log(JSON.stringify(chunks));
    `;
    const chunks = JSON.parse(await node(program, { KEY: key })) as readonly string[];
    const words = chunks
      .flatMap((text) => text.split("\n"))
      .filter((line) => line.startsWith("data: {"))
      .map(
        (line) =>
          (JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? "",
      );
    expect(words.join("")).toMatch(/^( [a-z.]+){7,}$/);
    // Tokens, 50 ms apart: a proxy that collected them would send them as one. A busy client reads some together.
    const tokens = chunks.map((text) => (text.match(/^data: \{/gm) ?? []).length);
    expect(chunks.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...tokens)).toBeLessThanOrEqual(6);
  });

  test("without the key the model does not answer, and its inner pages are not for clients", async () => {
    const status = (path: string) =>
      client("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", `https://vllm.liminati.internal${path}`);
    expect(await status("/v1/models")).toBe("401");
    expect(await status("/metrics")).toBe("404");
  });

  test("a chat goes from Open WebUI to vLLM with the key that both have", async () => {
    const answer = await client("curl", "-sS", "--fail", "https://webui.liminati.internal/api/models");
    expect(JSON.parse(answer)).toMatchObject({ data: [{ id: "qwen" }] });
  });

  test("a websocket passes, stays open, and what is sent comes back", async () => {
    // By hand, from RFC 6455: Node 20 has no client of its own.
    const program = `
      import { createHash, randomBytes } from "node:crypto";
      import { connect } from "node:tls";
      const host = "webui.liminati.internal";
      const key = randomBytes(16).toString("base64");
      const accept = createHash("sha1").update(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
      const frame = (text) => {
        const mask = randomBytes(4);
        const body = Buffer.from(text).map((byte, index) => byte ^ mask[index % 4]);
        return Buffer.concat([Buffer.from([0x81, 0x80 | body.length]), mask, body]);
      };
      const socket = connect({ host, port: 443, servername: host, ALPNProtocols: ["http/1.1"] });
      setTimeout(() => socket.destroy(new Error("no echo in time: " + received.toString("latin1"))), 120_000).unref();
      let received = Buffer.alloc(0);
      const until = async (enough) => {
        while (!enough()) await new Promise((resolve, reject) => { socket.once("data", resolve); socket.once("error", reject); socket.once("close", () => reject(new Error("closed"))); });
      };
      socket.on("data", (data) => { received = Buffer.concat([received, data]); });
      socket.write("GET /ws/socket.io/?transport=websocket HTTP/1.1\\r\\nHost: " + host + "\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: " + key + "\\r\\n\\r\\n");
      await until(() => received.includes("\\r\\n\\r\\n"));
      const end = received.indexOf("\\r\\n\\r\\n") + 4;
      const head = received.subarray(0, end).toString();
      received = received.subarray(end);
      const echoes = [];
      for (const text of ["first", "second, after a pause"]) {
        if (echoes.length > 0) await new Promise((resolve) => setTimeout(resolve, 1_000));
        socket.write(frame(text));
        await until(() => received.length >= 2 + text.length);
        echoes.push(received.subarray(2, 2 + text.length).toString());
        received = received.subarray(2 + text.length);
      }
      console.log(JSON.stringify({ status: head.split("\\r\\n")[0], accepted: head.includes(accept), echoes }));
      process.exit(0);
    `;
    expect(JSON.parse(await node(program))).toEqual({
      status: "HTTP/1.1 101 Switching Protocols",
      accepted: true,
      echoes: ["first", "second, after a pause"],
    });
  });

  test("the services see the client's real address, and no other that it claims", async () => {
    const answer = await client(
      "curl",
      "-sS",
      "--fail",
      "-H",
      "X-Forwarded-For: 1.2.3.4",
      "https://webui.liminati.internal/api/lab/headers?seen",
    );
    const headers = JSON.parse(answer) as Record<string, string>;
    expect(headers["x-forwarded-for"]).toBe(CLIENT_ADDRESS);
    expect(headers).toMatchObject({ "x-forwarded-proto": "https", host: "webui.liminati.internal" });
    const log = (await host("svc", "logs", "nginx-proxy", "-n", "20")).split("\n");
    const line = log.find((entry) => entry.includes('"GET /api/lab/headers"'));
    expect(line ?? log.join("\n")).toContain(`${CLIENT_ADDRESS} webui.liminati.internal`);
    // What follows a question mark may be private.
    expect(log.join("\n")).not.toContain("?seen");
  });

  test("Opik and its console answer on their own ports", async () => {
    expect(await client("curl", "-fsS", `http://${TAILNET_ADDRESS}:5173/health`)).toBeDefined();
    expect(
      await client("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", `http://${TAILNET_ADDRESS}:9090/`),
    ).toBe("200");
  });

  test("no port is open on the address of the LAN, nor a loopback one on the tailnet's", async () => {
    const program = `
      import { connect } from "node:net";
      const open = (host, port) => new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 3000 });
        socket.on("connect", () => { socket.destroy(); resolve(true); });
        for (const event of ["error", "timeout"]) socket.on(event, () => { socket.destroy(); resolve(false); });
      });
      const all = (process.env.TRIED ?? "").split(",").map((one) => one.split(":"));
      const found = await Promise.all(all.map(async ([host, port]) => [host + ":" + port, await open(host, Number(port))]));
      console.log(JSON.stringify(Object.fromEntries(found)));
    `;
    const closed = [
      ...[53, 80, 443, 3000, 5173, 8000, 8080, 8081, 9000, 9090, 10053].map((port) => `${LAN_ADDRESS}:${port}`),
      ...[3000, 3306, 6379, 8000, 8080, 8123, 9000].map((port) => `${TAILNET_ADDRESS}:${port}`),
    ];
    const open = [53, 80, 443, 5173, 8081, 9090].map((port) => `${TAILNET_ADDRESS}:${port}`);
    const found = JSON.parse(await node(program, { TRIED: [...closed, ...open].join(",") }));
    expect(found).toEqual(
      Object.fromEntries([...closed.map((one) => [one, false]), ...open.map((one) => [one, true])]),
    );
    expect((await tryClient("dig", "+tries=1", "+time=2", `@${LAN_ADDRESS}`, "webui.liminati.internal")).code).not.toBe(
      0,
    );
  });
});

describe("on the host itself", () => {
  test.each(["8000/health", "3000/health", "8080/health-check", "5173/"])("localhost:%s answers", async (path) => {
    const status = ["curl", "-sS", "--max-time", "20", "-o", "/dev/null", "-w", "%{http_code}"];
    expect(await host(...status, `http://localhost:${path}`)).toBe("200");
  });

  test("its own question to the tailnet address is answered", async () => {
    expect(await host("nslookup", "webui.liminati.internal", TAILNET_ADDRESS)).toMatch(
      new RegExp(`Name:\\s+webui\\.liminati\\.internal\\s+Address: ${TAILNET_ADDRESS}`),
    );
    expect((await tryHost("dig", "+tcp", "+short", `@${TAILNET_ADDRESS}`, "opik.liminati.internal")).out).toBe(
      TAILNET_ADDRESS,
    );
  });
});

describe("undone", () => {
  test("--uninstall leaves /etc as it was, twice; then it is set up again", async () => {
    for (const round of [1, 2]) {
      const answer = await script("--uninstall");
      expect(answer.code, `round ${round}: ${answer.err}`).toBe(0);
      expect(await machine()).toBe(untouched);
    }
    const [name = ""] = NAMES;
    const trust = await askAtAddress(name);
    expect(trust.code).toBe(60);
    const again = await scriptAsPerson(TAILNET_ADDRESS);
    expect(again.code, again.err).toBe(0);
    expect(again.out).toContain("as you:\n");
    expect((await scriptAsPerson("--uninstall")).code).toBe(0);
    expect(await machine()).toBe(untouched);
    expect((await script(TAILNET_ADDRESS)).code).toBe(0);
    expect(await client("curl", "-fsS", `https://${name}/health`)).toContain("true");
  });
});
