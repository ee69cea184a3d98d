/** The certificate from Tailscale on a memory host: where its key goes and where it never does, what is asked for, what goes wrong. */

import { beforeAll, describe, expect, test } from "vitest";
import { stepsOf } from "../../src/model/plan.ts";
import { type KeyPairPem, makeAuthority } from "../../src/pki/authority.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { siteSources } from "../render/support.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { MemoryHost } from "./memory-host.ts";
import { expectConverged, install, listener, prepareOn } from "./support.ts";

useSmallKeys();
parseOnce(siteSources());

const NAME = "gpuhost.tail0000.ts.net";
const TLS = "/var/lib/nginx-proxy/tls";
const SMALL = "dnsmasq: { enabled: false }, open-webui: { enabled: false }, opik: { enabled: false }";
const site = (host?: string) =>
  siteSources(`${host === undefined ? "" : `certificate: { tailscale: ${host} }\n`}services: { ${SMALL} }`);
const NOW = new Date("2026-11-21T12:00:00Z");
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

let fresh: KeyPairPem;
let kept: KeyPairPem;
let foreign: KeyPairPem;

beforeAll(async () => {
  const authority = await makeAuthority({ zone: "ts.net", now: NOW, days: 3650 });
  const leaf = (now: Date, name = NAME) => makeLeaf({ authority, names: [name], now, days: 90 });
  [fresh, kept, foreign] = await Promise.all([leaf(NOW), leaf(daysAgo(70)), leaf(NOW, "other.tail0000.ts.net")]);
});

/** Near the end, which is what errors quote of an output. */
const partOf = ({ key }: KeyPairPem) => key.split("\n").at(-4) ?? "";

const printed = ({ certificate, key }: KeyPairPem) => ({ stdout: certificate + key });

/** Connected, and `certificate` is what it gives. */
function hostOn(certificate: { stdout?: string; stderr?: string; exitCode?: number }): MemoryHost {
  const host = new MemoryHost();
  running(host);
  host.system.runner.on("tailscale cert", certificate);
  return host;
}

function running(host: MemoryHost, state = "Running"): void {
  const status = {
    BackendState: state,
    TailscaleIPs: ["100.64.0.1"],
    Self: { DNSName: `${NAME}.` },
    CertDomains: [NAME],
  };
  host.system.runner.on("tailscale status", { stdout: JSON.stringify(status) });
}

const asked = (host: MemoryHost) => host.system.runner.printed.filter((line) => line.startsWith("tailscale cert"));

async function failure(host: MemoryHost): Promise<Error & { hint?: string }> {
  const error = await install(host, site("vllm")).catch((caught: Error) => caught);
  if (error instanceof Error) return error;
  throw new Error("the run was to fail");
}

describe("it is fetched", () => {
  test("key first, as the leaf lies; the key is in no argument, no line of progress and no other file", async () => {
    const host = hostOn(printed(fresh));
    const written: string[] = [];
    const count = host.system.files.beforeChange;
    host.system.files.beforeChange = (verb, path) => {
      count(verb, path);
      if (path.startsWith(`${TLS}/`)) written.push(`${verb} ${path.slice(TLS.length + 1)}`);
    };
    const told = listener();
    const { plan } = await install(host, site("vllm"), told);
    expect(written.filter((line) => line.includes("tailscale"))).toEqual([
      "write tailscale.key",
      "write tailscale.crt",
    ]);
    expect(host.text(`${TLS}/tailscale.crt`)).toBe(fresh.certificate);
    for (const [mine, leafs] of [
      ["tailscale.key", "leaf.key"],
      ["tailscale.crt", "leaf.crt"],
    ]) {
      const { uid, gid, mode } = (await host.system.files.stat(`${TLS}/${mine}`)) ?? {};
      expect(await host.system.files.stat(`${TLS}/${leafs}`)).toMatchObject({ uid, gid, mode });
    }
    const paths = [...host.system.files.nodes.keys()];
    expect(paths.filter((path) => host.text(path).includes(partOf(fresh)))).toEqual([`${TLS}/tailscale.key`]);
    const commands = host.system.runner.commands.map((command) => JSON.stringify(command));
    for (const text of [...commands, ...told.lines, JSON.stringify(plan)]) {
      expect(text).not.toContain(partOf(fresh));
    }
    expect(host.text("/var/lib/nginx-proxy/config/routes.conf")).toContain(`server_name ${NAME};`);
    await expectConverged(host, site("vllm"));
    expect(asked(host)).toHaveLength(1);
  });

  test("with a validity, where what Tailscale kept is due itself", async () => {
    const host = hostOn({});
    host.system.runner.on("tailscale cert", ({ argv }) =>
      printed(argv.some((word) => word.includes("min")) ? fresh : kept),
    );
    await install(host, site("vllm"));
    expect(asked(host)).toEqual([
      `tailscale cert --cert-file=- --key-file=- ${NAME}`,
      `tailscale cert --cert-file=- --key-file=- --min-validity=721h ${NAME}`,
    ]);
    expect(host.text(`${TLS}/tailscale.crt`)).toBe(fresh.certificate);
    await expectConverged(host, site("vllm"));
  });

  test("and not where nobody asks: no certificate is fetched", async () => {
    const host = hostOn(printed(fresh));
    await install(host, site());
    expect(host.system.runner.printed.filter((line) => line.startsWith("tailscale"))).toEqual([
      "tailscale status --json --peers=false",
      "tailscale serve status --json",
    ]);
  });
});

describe("what goes wrong is said without the key", () => {
  const said = (error: Error & { hint?: string }) => `${error.message}\n${error.hint}\n${error.stack}`;

  test.each<[string, () => Parameters<typeof hostOn>[0], string | RegExp]>([
    [
      "it fails",
      () => ({ ...printed(fresh), exitCode: 1, stderr: "acme: 429 rateLimited\n" }),
      /^Tailscale gives no certificate for gpuhost\S+: exit code 1: tailscale cert --cert-file=- --key-file=- gpuhost\S+\n {2}acme: 429/,
    ],
    [
      "it fails silently",
      () => ({ ...printed(fresh), exitCode: 1 }),
      /exit code 1: tailscale cert \S+ \S+ gpuhost\S+\n?/,
    ],
    [
      "a key of another certificate",
      () => ({ stdout: fresh.certificate + kept.key }),
      "printed no certificate with its key",
    ],
    ["no key", () => ({ stdout: fresh.certificate }), "printed no certificate with its key"],
    ["another name", () => printed(foreign), `a certificate for other.tail0000.ts.net, not for ${NAME}`],
    [
      "the old one again and again",
      () => printed(kept),
      `renews no certificate for ${NAME}: what it gives ends on 2026-12-11`,
    ],
  ])("%s", async (_, answer, message) => {
    const host = hostOn(answer());
    const error = await failure(host);
    expect(error.message).toMatch(message);
    expect(error.hint).toContain("journalctl -u tailscaled");
    for (const pair of [fresh, kept, foreign]) expect(said(error)).not.toContain(partOf(pair));
    expect(host.text(`${TLS}/tailscale.key`)).toBe("");
    expect(host.text(`${TLS}/tailscale.crt`)).toBe("");
  });
});

describe("afterwards", () => {
  async function installed(): Promise<MemoryHost> {
    const host = hostOn(printed(fresh));
    await install(host, site("vllm"));
    return host;
  }
  const planned = async (host: MemoryHost, sources = site("vllm")) =>
    stepsOf((await prepareOn(host, sources)).plan).map(({ summary, reason }) => `${summary}: ${reason.text}`);

  test("Tailscale stops, hangs or is gone: the last name stands and nothing is to do", async () => {
    const host = await installed();
    running(host, "Stopped");
    expect(await planned(host)).toEqual([]);
    host.system.runner.on("tailscale status", { exitCode: 1, stderr: "failed to connect" });
    expect(await planned(host)).toEqual([]);
  });

  test("the host gets another name: another certificate, and everything that shows the name", async () => {
    const host = await installed();
    const names = { BackendState: "Running", TailscaleIPs: ["100.64.0.1"], CertDomains: ["other.tail0000.ts.net"] };
    host.system.runner.on("tailscale status", { stdout: JSON.stringify(names) });
    host.system.runner.on("tailscale cert", printed(foreign));
    expect(await planned(host)).toContain(
      `certificate for other.tail0000.ts.net, from Tailscale: the certificate is for ${NAME}`,
    );
    await install(host, site("vllm"));
    expect(host.text("/var/lib/nginx-proxy/config/routes.conf")).not.toContain(NAME);
    await expectConverged(host, site("vllm"));
  });

  test("the setting goes: both files go after the proxy has let go of them", async () => {
    const host = await installed();
    const plan = await planned(host, site());
    expect(plan.slice(-2)).toEqual([
      `file ${TLS}/tailscale.crt: no longer part of nginx-proxy`,
      `file ${TLS}/tailscale.key: no longer part of nginx-proxy`,
    ]);
    expect(plan).toContain("reload nginx-proxy: its configuration changed");
    await install(host, site());
    expect([...host.system.files.nodes.keys()].filter((path) => path.startsWith(`${TLS}/tailscale`))).toEqual([]);
    expect(host.text("/var/lib/nginx-proxy/config/routes.conf")).not.toContain("ts.net");
    await expectConverged(host, site());
    const { files } = JSON.parse(host.text("/var/lib/install-quadlets/applied.json")) as { files: string[] };
    expect(files.filter((path) => path.includes("tailscale"))).toEqual([]);
  });

  test("killed at any step of the first fetch or of the removal, the next run brings it to its end", async () => {
    for (const [before, after, files] of [
      [undefined, "vllm", 2],
      ["vllm", undefined, 0],
    ] as const) {
      // One host, there and back: another one would have to be installed first, which takes longer than all the rest.
      const host = hostOn(printed(fresh));
      for (const step of everyStep()) {
        await install(host, site(before));
        host.failAt = host.changes + step;
        await install(host, site(after)).catch(() => undefined);
        if (!host.killed) break;
        await host.revive();
        await install(host, site(after));
        await expectConverged(host, site(after));
        const left = [...host.system.files.nodes.keys()].filter((path) => path.startsWith(`${TLS}/tailscale`));
        expect(left, `killed before step ${step}`).toHaveLength(files);
      }
    }
  });
});
