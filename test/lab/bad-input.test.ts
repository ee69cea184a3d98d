/** Faults of a site's files on a host that runs: each has its place and a way out, and nothing is touched. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { invocations } from "./services.ts";
import { startFrom } from "./start.ts";
import { fingerprintOfHost, host, putFile, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";
const repository = new URL("../../", import.meta.url);

interface Fault {
  readonly name: string;
  /** Below /etc/install-quadlets. */
  readonly files: Readonly<Record<string, string>>;
  /** Every finding: "FILE:LINE:COLUMN what is wrong" and the hint, without the directory. */
  readonly says: readonly string[];
}

/** A shipped file with one place changed. */
function shipped(path: string, from: string, to: string): string {
  const text = readFileSync(new URL(path, repository), "utf8");
  if (text.split(from).length !== 2) throw new Error(`${path} has not exactly one ${from}`);
  return text.replace(from, to);
}

/** Line and column, from 1, of a text in a file. */
function placeOf(text: string, needle: string): string {
  const before = text.slice(0, text.indexOf(needle)).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

const DOMAIN =
  "domain: wanted a domain name in lower case with at least two labels, for example liminati.internal, found ";
const CLASHING_POD = shipped("config/services/opik.yaml", "listens: [8123, 9100, 9009]", "listens: [8123, 9000, 9009]");
const TEMPLATE = readFileSync(new URL("templates/dnsmasq/dnsmasq.conf.hbs", repository), "utf8");
const TEMPLATE_HINT = "hint: templates may use: stack, service, services, settings";

const FAULTS: readonly Fault[] = [
  {
    name: "an unknown key",
    files: { "stack.yaml": "domian: site.internal\n" },
    says: ['stack.yaml:1:1 domian: unknown key "domian"', "hint: did you mean domain?"],
  },
  {
    name: "a wrong type",
    files: { "stack.yaml": "services:\n  vllm-qwen: { settings: { max_model_len: long } }\n" },
    says: [
      'stack.yaml:2:43 services.vllm-qwen.settings.max_model_len: wanted a whole number, found "long"',
      "hint: Longest context in tokens",
    ],
  },
  {
    name: "two services on one port",
    files: { "stack.yaml": "services:\n  open-webui: { ports: { web: 8000 } }\n" },
    says: [
      "stack.yaml:2:31 services.open-webui.ports.web: open-webui claims tcp 8000 on loopback, which is also used by vllm-qwen",
      "hint: set services.open-webui.ports.web to another port",
    ],
  },
  {
    name: "two members of a pod on one port",
    files: { "services/opik.yaml": CLASHING_POD },
    says: [
      `services/opik.yaml:${placeOf(CLASHING_POD, "9000, 9090]")} containers.minio.listens.0: minio listens on 9000, and so does clickhouse: they share one network`,
      "hint: move one of them to another port",
    ],
  },
  {
    name: "a template with a variable that is not there",
    files: { "templates/dnsmasq/dnsmasq.conf.hbs": `${TEMPLATE}# {{no.such}}\n` },
    says: [
      `templates/dnsmasq/dnsmasq.conf.hbs:${TEMPLATE.split("\n").length}:5 "such" is not defined here`,
      TEMPLATE_HINT,
    ],
  },
  {
    name: "misspelt variables in two templates",
    files: {
      "templates/dnsmasq/dnsmasq.conf.hbs": `{{stack.domian}}\n${TEMPLATE}`,
      "templates/nginx/routes.conf.hbs": "# routes\n  {{stack.adress}}\n",
    },
    says: [
      'templates/dnsmasq/dnsmasq.conf.hbs:1:3 "domian" is not defined here',
      'templates/nginx/routes.conf.hbs:2:5 "adress" is not defined here',
      TEMPLATE_HINT,
    ],
  },
  {
    name: "a template that ends inside a block",
    files: { "templates/dnsmasq/dnsmasq.conf.hbs": "# one\n{{#if stack.domain}}\n" },
    says: ["templates/dnsmasq/dnsmasq.conf.hbs:3:1 the template ends inside a block", TEMPLATE_HINT],
  },
  {
    name: "an unknown service",
    files: { "stack.yaml": "services:\n  open-webbui: {}\n" },
    says: [
      'stack.yaml:2:3 services.open-webbui: no service file is named "open-webbui"',
      "hint: did you mean open-webui?",
    ],
  },
  {
    name: "a domain with a newline",
    files: { "stack.yaml": 'domain: "site.internal\\ninclude /etc/shadow;"\n' },
    says: [`stack.yaml:1:9 ${DOMAIN}"site.internal\\ninclude /etc/shadow;"`],
  },
  {
    name: "a domain with a quote",
    files: { "stack.yaml": "domain: 'site\".internal'\n" },
    says: [`stack.yaml:1:9 ${DOMAIN}"site\\".internal"`],
  },
  {
    name: "what no program can receive",
    files: {
      "stack.yaml": `services:
  dnsmasq:
    environment:
      dnsmasq:
        NUL: "a\\0b"
        HALF: "a\\uD800b"
        NO_CHARACTER: "a\\uFFFFb"
`,
    },
    says: [
      "stack.yaml:5:14 holds a NUL character, which no program can receive",
      "stack.yaml:6:15 holds half of a surrogate pair",
      "stack.yaml:7:23 holds a Unicode noncharacter",
    ],
  },
  {
    name: "text that is not YAML",
    files: { "stack.yaml": "domain: [\n" },
    says: ["stack.yaml:2:1 not valid YAML: "],
  },
  {
    name: "a zone that is everybody's",
    files: { "stack.yaml": "domain: co.uk\n" },
    says: ["stack.yaml:1:9 domain: co.uk is a public suffix", "hint: use a name below .internal"],
  },
  {
    name: "an address that is not this host's, and an operator whom it does not know",
    files: { "stack.yaml": "listen: 192.0.2.99\noperators: [mallory]\n" },
    says: [
      "stack.yaml:1:9 listen: 192.0.2.99 is not an address of this host",
      "hint: this host has ",
      "stack.yaml:2:13 operators.0: this host has no user named mallory",
    ],
  },
  {
    name: "a route to a port that is not there, and a consumer that is no service",
    files: {
      "services/echo.yaml": `description: echo
account: { user: echo-user, home: /var/lib/echo }
ports: { web: { host: 18080, container: 8080, bind: [loopback], consumers: [open-webiu] } }
routes: [{ host: echo, port: wbe }, { host: webui, port: web }]
containers: { echo: { image: "docker.io/lab/echo:1", listens: [8080] } }
`,
      "stack.yaml": "services: { echo: {} }\n",
    },
    says: [
      'services/echo.yaml:3:77 ports.web.consumers.0: no service is named "open-webiu"',
      "hint: did you mean open-webui?",
      'services/echo.yaml:4:30 routes.0.port: echo has no port "wbe"',
      "hint: did you mean web?",
      "services/echo.yaml:4:45 routes.1.host: the host name webui of echo is also used by open-webui",
    ],
  },
  {
    name: "many faults in two files are all said at once",
    files: {
      "stack.yaml": `domain: Site
listen: tailscale0
colour: blue
services:
  opik: { ports: { web: "80x" }, settings: { versoin: "2" } }
  open-webui: { ports: { web: 8000 } }
  nope: {}
  echo: {}
`,
      "services/echo.yaml": "description: 1\naccount: { user: root }\n",
    },
    says: [
      "error: the configuration has 10 faults; nothing was changed",
      `stack.yaml:1:9 ${DOMAIN}"Site"`,
      'stack.yaml:2:9 listen: wanted "auto" or an IPv4 address of this host, found "tailscale0"',
      'stack.yaml:3:1 colour: unknown key "colour"',
      'stack.yaml:5:25 services.opik.ports.web: wanted a port (1 to 65535), found "80x"',
      'stack.yaml:5:46 services.opik.settings.versoin: opik has no setting "versoin"',
      "stack.yaml:6:31 services.open-webui.ports.web: open-webui claims tcp 8000 on loopback",
      'stack.yaml:7:3 services.nope: no service file is named "nope"',
      "services/echo.yaml:1:14 description: wanted a text, found the number 1",
      "services/echo.yaml:2:10 account.home: is missing",
      "services/echo.yaml:1:1 containers: is missing",
    ],
  },
];

/** The tree of the test's own files is not what is compared. */
async function fingerprint(): Promise<string> {
  const lines = (await fingerprintOfHost()).split("\n");
  return lines.filter((line) => !/ \/etc\/install-quadlets(\/| *$)/.test(line)).join("\n");
}

startFrom("small");

describe("faults of a site's configuration", () => {
  let installed = "";
  let running: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer, answer.err).toMatchObject({ code: 0, out: expect.stringContaining("nothing to do") });
    installed = await fingerprint();
    running = await invocations();
    expect(running.size).toBeGreaterThan(8);
  });

  test.each(FAULTS.map((fault) => [fault.name, fault] as const))("%s", async (_, { files, says }) => {
    await host("rm", "-rf", SITE);
    for (const [path, text] of Object.entries(files)) await putFile(`${SITE}/${path}`, text);
    const answer = await tryHost("install-quadlets", "--yes");
    expect(answer.code).toBe(1);
    for (const text of says) {
      const wanted = /^(stack\.yaml|services\/|templates\/)/.test(text) ? `\n${SITE}/${text}` : text;
      expect(`${answer.err}\n`).toContain(wanted);
    }
    // Every finding: no more than these.
    const places = answer.err.split("\n").filter((line) => line.startsWith(`${SITE}/`));
    expect(places).toHaveLength(says.filter((text) => /^\S+:\d+:\d+ /.test(text)).length);
    expect(answer.err).toContain("; nothing was changed");
    expect(`${answer.out}\n${answer.err}`).not.toMatch(/\n\s+at .*[:(]|node:internal|fault of install-quadlets/);
    expect(await fingerprint()).toBe(installed);
  });

  test("no service noticed", async () => {
    expect(await invocations()).toEqual(running);
  });
});
