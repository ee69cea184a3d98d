/** What svc and the app commands do with names, states and units. */
import { describe, expect, test } from "vitest";
import { readClientSetup } from "../../src/apps/client.ts";
import { askHealth, control, readStates, stateWord, type UnitState } from "../../src/apps/control.ts";
import { readExpiries } from "../../src/apps/expiry.ts";
import { expiryText } from "../../src/apps/expiry-text.ts";
import { findInstance } from "../../src/apps/instance.ts";
import { knownNames } from "../../src/apps/known-names.ts";
import { lookAt } from "../../src/apps/look.ts";
import { allNames, findTarget, readIndex } from "../../src/apps/service-index.ts";
import { whereText } from "../../src/apps/where.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { makeAuthority } from "../../src/pki/authority.ts";
import { inspectCertificate } from "../../src/pki/inspect.ts";
import { makeLeaf } from "../../src/pki/leaf.ts";
import { certificate as sampleCertificate } from "../facts/desired.ts";
import { renderSite, siteSources } from "../render/support.ts";
import type { Answer } from "../support/memory-runner.ts";
import { type MemoryOptions, memorySystem } from "../support/memory-system.ts";
import { useSmallKeys } from "../support/small-keys.ts";

useSmallKeys();

const text = renderSite().files.find((file) => file.path === INDEX_PATH)?.content ?? "";
const index = JSON.parse(text) as ServiceIndex;

describe("the index", () => {
  test("is read as root only", async () => {
    expect(await readIndex(memorySystem({ files: { [INDEX_PATH]: text } }))).toEqual(index);
    const asUser = memorySystem({ files: { [INDEX_PATH]: text }, host: { effectiveUid: () => 1000 } });
    await expect(readIndex(asUser)).rejects.toThrow("this needs root");
  });

  test("of the version before is read as it is: what it lacks is not known", async () => {
    const lacks = ["checked", "after", "startSeconds", "memory", "reload", "log", "places", "shells", "logins"];
    const before = JSON.parse(text, (key, value) => (lacks.includes(key) ? undefined : key === "version" ? 1 : value));
    const read = await readIndex(memorySystem({ files: { [INDEX_PATH]: JSON.stringify(before) } }));
    expect(read.version).toBe(1);
    const [state] = await lookAt(memorySystem(), read.services.slice(0, 1));
    expect(state?.judgement.sentence).toContain("the user manager of nginx-user does not run");
  });

  const NAMELESS = '{"version": 2, "services": [{}]}';

  test.each(["", "{", "[]", "null", '{"version": 2}', '{"version": 2, "services": 3}', NAMELESS])(
    "damaged (%j): what writes it anew",
    async (damaged) => {
      await expect(readIndex(memorySystem({ files: { [INDEX_PATH]: damaged } }))).rejects.toMatchObject({
        message: `the record ${INDEX_PATH} is damaged`,
        hint: "sudo install-quadlets writes it anew",
      });
    },
  );

  test("missing, or written by another version", async () => {
    await expect(readIndex(memorySystem())).rejects.toThrow("nothing is installed on this host yet");
    const newer = memorySystem({ files: { [INDEX_PATH]: text.replace('"version": 2', '"version": 3') } });
    await expect(readIndex(newer)).rejects.toThrow("has version 3, this program knows 2");
  });
});

test("a service is found at all of its names, or at its first address", () => {
  const desired = renderSite(siteSources("certificate: { tailscale: webui }"), {
    tailscaleName: "gpuhost.tail0000.ts.net",
  });
  const text = desired.files.find((file) => file.path === INDEX_PATH)?.content ?? "";
  const named = (JSON.parse(text) as ServiceIndex).services.map((service) => [service.name, whereText(service)]);
  expect(Object.fromEntries(named)).toMatchObject({
    "open-webui": "https://webui.liminati.internal, https://gpuhost.tail0000.ts.net",
    opik: "https://opik.liminati.internal",
    dnsmasq: "http://100.64.0.1:5380",
  });
  const webui = desired.files.find((file) => file.path.endsWith("/open-webui.container"))?.content;
  expect(webui).toContain("CORS_ALLOW_ORIGIN=https://webui.liminati.internal;https://gpuhost.tail0000.ts.net");
});

test("how long certificates last: the leaf's by the site's days, that from Tailscale by a third of its life", async () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const authority = await makeAuthority({ zone: "ts.net", now, days: 3650 });
  const { certificate: pem, key } = await makeLeaf({ authority, names: ["a.b.ts.net"], now, days: 90 });
  const wanted = {
    ...sampleCertificate,
    tailscale: { name: "a.b.ts.net", key: "/tls/t.key", certificate: "/tls/t.crt" } as never,
  };
  const files = { [wanted.leafCertificate]: pem, "/tls/t.crt": pem, "/tls/t.key": key };
  const { certificate, tailscale } = await readExpiries(memorySystem({ files }), wanted);
  if (certificate === undefined || tailscale === undefined) throw new Error("there are two");
  expect(expiryText("certificate", certificate)).toBe(
    "certificate until 2027-02-19 (90 days), renewed from 2027-01-20 on",
  );
  expect(expiryText("tailscale", tailscale)).toBe(
    "certificate for a.b.ts.net until 2027-02-19 (90 days), renewed from 2027-01-20 on",
  );
  expect(await readExpiries(memorySystem(), wanted)).toEqual({});
});

describe("names", () => {
  const found = (name: string) => findTarget(index, name).units.map((unit) => unit.unit as string);

  test("a service is all its units, a unit is itself, with and without its suffix", () => {
    expect(found("nginx-proxy")).toHaveLength(4);
    expect(found("opik")[0]).toBe("opik-pod.service");
    expect(found("opik-mysql")).toEqual(["opik-mysql.service"]);
    expect(found("opik-mysql.service")).toEqual(["opik-mysql.service"]);
    expect(found("nginx-proxy-https.socket")).toEqual(["nginx-proxy-https.socket"]);
  });

  test("another name: which ones there are; sockets are not among what is offered", () => {
    const hint = (name: string) => {
      try {
        return findTarget(index, name);
      } catch (caught) {
        expect(caught).toMatchObject({ message: `no service or unit is called ${name}` });
        return (caught as UserError).hint;
      }
    };
    expect(hint("mysql")).toBe("did you mean opik-mysql?");
    expect(hint("opik-redsi")).toBe("did you mean opik-redis?");
    expect(hint("grafana-enterprise")).toMatch(/^there are nginx-proxy, .*opik-mysql/);
    expect(allNames(index).filter((name) => name.includes("socket"))).toEqual([]);
    expect(new Set(allNames(index)).size).toBe(allNames(index).length);
    for (const name of allNames(index)) expect(found(name)).not.toEqual([]);
  });

  test("for the tab key, also without root: of the unit files that are ours; of none where nothing is there", async () => {
    const unit = "# Generated by install-quadlets; changes here are lost at the next run.\n[Container]\n";
    const below = (path: string) => `/etc/containers/systemd/users/${path}`;
    const files = {
      [below("800/nginx-proxy.container")]: unit,
      [below("800/nginx-proxy-https.socket")]: unit,
      [below("804/opik.pod")]: unit,
      [below("804/opik-mysql.container")]: unit,
      [below("804/opik-mysql.container.d/mine.conf")]: unit,
      [below("1000/own.container")]: "[Container]\nImage=localhost/own\n",
      [below("everybody.container")]: unit,
    };
    const ada = { host: { effectiveUid: () => 1000 } };
    expect(await knownNames(memorySystem({ ...ada, files }))).toEqual(["nginx-proxy", "opik", "opik-mysql"]);
    expect(await knownNames(memorySystem(ada))).toEqual([]);
    const text = JSON.stringify({ version: 2, services: [{ name: "late", user: "late-user", units: [] }] });
    expect(await knownNames(memorySystem({ files: { ...files, [INDEX_PATH]: text } }))).toEqual(["late"]);
  });

  test("an app's instance: the only one, the one named, or a question", () => {
    const qwen = index.services.find((service) => service.name === "vllm-qwen");
    const second = { ...qwen, name: "llama" } as NonNullable<typeof qwen>;
    const two = { ...index, services: [...index.services, second] };
    expect(findInstance(index, "vllm", undefined).name).toBe("vllm-qwen");
    expect(findInstance(two, "vllm", "llama")).toBe(second);
    expect(() => findInstance(two, "vllm", undefined)).toThrow("there are several: vllm-qwen, llama");
    expect(() => findInstance(index, "vllm", "opik")).toThrow("opik is no vllm service of this host");
    expect(() => findInstance(index, "vl", undefined)).toThrow("no vl service is installed");
  });
});

function state(kind: string, fact: object | undefined, health = true): UnitState {
  const [service] = index.services;
  const unit = { name: "u", unit: "u.service", kind, health };
  const base = { unit: "u.service", load: "loaded", active: "active", sub: "running", result: "success" };
  return { service, unit, fact: fact && { ...base, ...fact } } as unknown as UnitState;
}

test.each<[string, string, object | undefined]>([
  ["running", "container", {}],
  ["running", "pod", {}],
  ["finished", "oneshot", {}],
  ["listening", "socket", {}],
  ["missing", "container", undefined],
  ["missing", "container", { load: "not-found", active: "inactive" }],
  ["starting", "container", { active: "activating", sub: "start" }],
  ["failing (exit-code)", "container", { active: "activating", sub: "auto-restart", result: "exit-code" }],
  ["failing", "container", { active: "activating", sub: "auto-restart" }],
  ["failed (timeout)", "container", { active: "failed", result: "timeout" }],
  ["stopped", "container", { active: "inactive", sub: "dead" }],
  ["deactivating", "container", { active: "deactivating" }],
])("%s is the word for a %s that shows %j", (word, kind, fact) => {
  expect(stateWord(state(kind, fact))).toBe(word);
});

describe("control", () => {
  async function commands(verb: "start" | "stop" | "restart", name: string) {
    const system = memorySystem();
    await control(system, verb, findTarget(index, name));
    return system.runner.printed.map((line) => line.replace(/^setpriv .* systemctl --user /, ""));
  }

  test("a start clears failures first; a stop takes the sockets, too", async () => {
    expect(await commands("start", "vllm-qwen")).toEqual([
      "reset-failed -- vllm-qwen.service",
      "start -- vllm-qwen.service",
    ]);
    const [stop] = await commands("stop", "nginx-proxy");
    expect(stop).toMatch(
      /^stop -- (nginx-proxy-\w+\.socket ){3}nginx-proxy-nginx\.service$|^stop -- .*\.socket .*\.service$/,
    );
    expect(await commands("stop", "nginx-proxy")).toHaveLength(1);
  });

  test("a restart keeps the sockets open, and of a pod it is one command", async () => {
    const proxy = await commands("restart", "nginx-proxy");
    expect(proxy.join("\n")).not.toContain(".socket");
    expect(await commands("restart", "opik")).toEqual([
      "reset-failed -- opik-pod.service",
      "restart -- opik-pod.service",
    ]);
    expect((await commands("restart", "opik-mysql")).at(-1)).toBe("restart -- opik-mysql.service");
    expect((await commands("restart", "nginx-proxy-http.socket")).at(-1)).toBe("restart -- nginx-proxy-http.socket");
  });

  test("as the service's user, with a budget for a model that loads; a failure is thrown", async () => {
    const system = memorySystem({ files: { "/run/user/802/systemd/private": { kind: "other" } } });
    system.runner.on("restart --", { exitCode: 1, stderr: "Job failed" });
    await expect(control(system, "restart", findTarget(index, "vllm-qwen"))).rejects.toThrow("Job failed");
    const [reset, restart] = system.runner.commands;
    expect(reset?.argv).toContain("reset-failed");
    expect(restart?.argv.slice(0, 5)).toEqual(["setpriv", "--reuid", "802", "--regid", "802"]);
    expect(restart?.timeoutMs).toBeGreaterThanOrEqual(3_600_000);
  });
});

test("states are read with one question for each user that runs", async () => {
  const system = memorySystem({ files: { "/run/user/802/systemd/private": { kind: "other" } } });
  system.runner.on("show", { stdout: "Id=vllm-qwen.service\nLoadState=loaded\nActiveState=active\n" });
  const states = await readStates(system, [findTarget(index, "vllm-qwen"), findTarget(index, "opik")]);
  expect(system.runner.commands).toHaveLength(1);
  expect(states.map(stateWord)).toEqual(["running", ...Array(states.length - 1).fill("no user manager")]);
});

describe("a user manager that is of no use", () => {
  const socket = { "/run/user/802/systemd/private": { kind: "other" } } as const;
  const target = findTarget(index, "vllm-qwen");

  test.each<[string, MemoryOptions["files"], Answer, string, string]>([
    ["was never started", {}, {}, "no user manager", "failed"],
    ["was killed", socket, { exitCode: 1, stderr: "Connection refused" }, "no user manager", "failed"],
    [
      "is stopped by its user",
      socket,
      () => {
        throw new UserError("no end after 2.5 s, killed");
      },
      "no answer",
      "failed",
    ],
    [
      "has never heard of the unit",
      socket,
      { stdout: "Id=vllm-qwen.service\nLoadState=not-found\n" },
      "missing",
      "failed",
    ],
    ["has stopped the unit", socket, { stdout: "Id=vllm-qwen.service\nActiveState=inactive\n" }, "stopped", "stopped"],
    [
      "has given the unit up",
      socket,
      { stdout: "Id=vllm-qwen.service\nActiveState=failed\nResult=x\n" },
      "failed (x)",
      "failed",
    ],
  ])("%s", async (_, files, answer, word, judged) => {
    const system = memorySystem({
      files: { "/var/lib/vllm": { kind: "directory", uid: 802, gid: 802, mode: 0o750 }, ...files },
    });
    system.runner.on("show", answer);
    const states = await readStates(system, [target]);
    expect(states.map(stateWord)).toEqual([word]);
    const [state] = await lookAt(system, [target.service]);
    expect(state?.judgement.word).toBe(judged);
  });

  test("a start says so, with what to do", async () => {
    const system = memorySystem({ files: socket });
    system.runner.on("systemctl", { exitCode: 1, stderr: "Connection refused" });
    await expect(control(system, "start", target)).rejects.toMatchObject({
      message: "the user manager of vllm-user does not run",
      hint: "sudo systemctl start user@802.service",
    });
  });
});

test("health: podman's word; units without one answer with their state; sockets are not asked", async () => {
  const system = memorySystem();
  system.runner.on("healthcheck run", { exitCode: 1, stdout: "first\nunhealthy\n" });
  const states = [
    state("container", {}),
    state("container", {}, false),
    state("container", { active: "failed" }),
    state("socket", {}),
  ];
  expect(await askHealth(system, states)).toMatchObject([
    { healthy: false, answer: "unhealthy" },
    { healthy: true, answer: "running" },
    { healthy: false, answer: "failed (success)" },
  ]);
  system.runner.on("healthcheck run", () => {
    throw new UserError("no end after 60 s, killed");
  });
  // One that hangs keeps no row back.
  expect(await askHealth(system, states)).toMatchObject([
    { healthy: false, answer: "hangs: its health check does not end" },
    { healthy: true },
    { healthy: false },
  ]);
  system.runner.on("healthcheck run", { exitCode: 0 });
  expect(await askHealth(system, states.slice(0, 1))).toMatchObject([{ healthy: true, answer: "healthy" }]);
});

describe("client", () => {
  const CA = "/var/lib/install-quadlets/ca/ca.crt";

  test("the commands name the page and pin the authority, and the next one while there is one", async () => {
    const [one, next] = await Promise.all(
      [1, 2].map(() => makeAuthority({ zone: "liminati.internal", now: new Date(), days: 30 })),
    );
    const pems = [one?.certificate ?? "", next?.certificate ?? ""];
    const [first, second] = pems.map((pem) => inspectCertificate(pem).fingerprint);
    const script = "curl -fsS http://100.64.0.1:8081/install-client.sh | sudo sh -s --";
    expect(await readClientSetup(memorySystem({ files: { [CA]: pems[0] as string } }), index)).toEqual({
      page: "http://100.64.0.1:8081/",
      fingerprint: first,
      shell: `${script} --fingerprint ${first} 100.64.0.1`,
      powershell: `& ([scriptblock]::Create((irm http://100.64.0.1:8081/install-client.ps1))) -Fingerprint '${first}' -Address 100.64.0.1`,
    });
    const files = { [CA]: pems[0] as string, [CA.replace("ca.crt", "next.crt")]: pems[1] as string };
    const both = await readClientSetup(memorySystem({ files }), index);
    expect(both.shell).toBe(`${script} --fingerprint ${first},${second} 100.64.0.1`);
  });

  test("without an authority there is nothing to set up", async () => {
    await expect(readClientSetup(memorySystem(), index)).rejects.toThrow("no authority of its own");
  });
});
