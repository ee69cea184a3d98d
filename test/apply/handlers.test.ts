/** Single steps of apply, and what they must never do. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { missingUnits } from "../../src/apply/check-units.ts";
import { mendPodman } from "../../src/apply/mend-podman.ts";
import { randomText } from "../../src/apply/secret-value.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import type { UnitName } from "../../src/model/names.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { intention } from "../../src/plan/intention.ts";
import { parseApplied } from "../../src/record/applied.ts";
import { openApplied } from "../../src/record/write-applied.ts";
import { settledWorld } from "../plan/support.ts";
import { siteSources } from "../render/support.ts";
import { fuzz } from "../support/fuzz.ts";
import { memorySystem } from "../support/memory-system.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { useSmallKeys } from "../support/small-keys.ts";
import { MemoryHost } from "./memory-host.ts";
import { smallSite } from "./small-site.ts";
import { install, listener, prepareOn } from "./support.ts";

useSmallKeys();
parseOnce(siteSources());

const LIST = "/var/lib/store/.local/share/containers/storage/secrets/secrets.json";

describe("random text", () => {
  const bytes = { bytes: (count: number) => Uint8Array.from({ length: count }, (_, index) => index % 256) };

  test("has the length and the letters asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom("hex", "base62"), (length, alphabet) => {
        const text = randomText(bytes, { length, alphabet });
        expect(text).toMatch(alphabet === "hex" ? /^[0-9a-f]*$/ : /^[0-9A-Za-z]*$/);
        expect(text).toHaveLength(length);
      }),
      fuzz(),
    );
  });

  test.each([
    ["hex", 16, 16],
    ["base62", 62, 4],
  ] as const)("%s: every letter is equally likely", (alphabet, letters, each) => {
    // Every byte value once: 256 of them for hex, the 248 below the largest multiple of 62 for base62.
    const text = randomText(
      { bytes: () => Uint8Array.from({ length: 256 }, (_, i) => i) },
      { length: letters * each, alphabet },
    );
    const counts = new Map<string, number>();
    for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(letters);
    expect([...counts.values()].every((count) => count === each)).toBe(true);
  });

  test("bytes that would favour a letter are thrown away", () => {
    let calls = 0;
    const random = { bytes: (count: number) => new Uint8Array(count).fill(calls++ === 0 ? 255 : 1) };
    expect(randomText(random, { length: 3, alphabet: "base62" })).toBe("111");
  });
});

describe("secrets", () => {
  test("copies and compositions have the value of their original; no value is in an argument, a file or a line of progress", async () => {
    const host = new MemoryHost();
    const told = listener();
    await install(host, smallSite(), told);
    const key = host.secrets.get("store-user/store-key") ?? "";
    expect(key).toMatch(/^[0-9A-Za-z]{33}$/);
    expect(host.secrets.get("front-user/front-key")).toBe(key);
    expect(host.secrets.get("store-user/store-url")).toBe(`redis://:${key}@127.0.0.1/`);
    const commands = host.system.runner.commands.map(({ argv, env, cwd }) => JSON.stringify({ argv, env, cwd }));
    const files = [...host.system.files.nodes.keys()].map((path) => host.text(path));
    for (const text of [...commands, ...files, ...told.lines]) expect(text).not.toContain(key);
  });

  test("a copy of a composition, and what is composed of that, wait for what they are made of", async () => {
    const host = new MemoryHost();
    const chain = (text: string) =>
      text.replace(
        "key: { same_as: store/key }",
        `key: { same_as: store/url }\n  deep: { compose: "<\${secret.key}>" }`,
      );
    await install(host, smallSite(chain));
    const url = host.secrets.get("store-user/store-url");
    expect(url).toMatch(/^redis:/);
    expect(host.secrets.get("front-user/front-key")).toBe(url);
    expect(host.secrets.get("front-user/front-deep")).toBe(`<${url}>`);
  });

  test("a lost one is made anew together with what is made from it", async () => {
    const host = new MemoryHost();
    await install(host, smallSite());
    const old = host.secrets.get("store-user/store-key") ?? "";
    host.system.files.put(LIST, JSON.stringify({ secrets: {}, nameToID: { "store-url": "1" } }));
    await install(host, smallSite());
    const key = host.secrets.get("store-user/store-key") ?? "";
    expect(key).not.toBe(old);
    expect(host.secrets.get("front-user/front-key")).toBe(key);
    expect(host.secrets.get("store-user/store-url")).toBe(`redis://:${key}@127.0.0.1/`);
  });

  test.each([
    ["podman fails", { exitCode: 125, stdout: "s3cret", stderr: "s3cret" }],
    ["podman answers nonsense", { stdout: '[{"Spec": {"Name": "s3cret"}}]' }],
    ["podman answers no JSON", { stdout: "s3cret is no JSON" }],
  ])("errors quote no value: %s", async (_, answer) => {
    const host = new MemoryHost();
    await install(host, smallSite());
    // The copy is gone, so its original is asked for.
    host.system.files.put(LIST.replace("store", "front"), JSON.stringify({ secrets: {}, nameToID: {} }));
    host.system.runner.on("secret inspect", answer);
    const error = await install(host, smallSite()).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(`${(error as Error).message}${(error as Error).stack}`).not.toContain("s3cret");
  });
});

describe("the generator", () => {
  test("lists what it would make", () => {
    const trial = { units: ["a.service", "p-pod.service"] as UnitName[] };
    expect(missingUnits(trial, "---a.service---\n[Unit]\n---p-pod.service---\n")).toEqual([]);
    expect(missingUnits(trial, "x\n  ---a.service---\n---aa.service---\n")).toEqual(["a.service", "p-pod.service"]);
  });

  test("one unit that it omits: its words, and nothing on the host was touched", async () => {
    const host = new MemoryHost();
    host.system.runner.on("podman-user-generator", {
      stdout: "---store-pod.service---\n---store-sql.service---\n---front.service---\n",
      stderr: "quadlet-generator: store-api.container: unsupported key 'Foo'\n",
    });
    const before = new Map(host.system.files.nodes);
    await expect(install(host, smallSite())).rejects.toThrow(
      "podman's generator refuses store-api.service:\nquadlet-generator: store-api.container: unsupported key 'Foo'",
    );
    expect(host.system.files.nodes).toEqual(before);
    const changing = host.system.runner.printed.filter((line) => /useradd|groupadd|loginctl|secret|pull/.test(line));
    expect(changing).toEqual([]);
  });
});

const DIRECTORY = { kind: "directory", gid: 0, mode: 0o555 } as const;

describe("podman of an account whose manager was killed", () => {
  /** Its namespace cannot be entered for so many times. */
  function hostThatRefuses(times: number): { readonly host: MemoryHost; readonly asked: () => readonly string[] } {
    const host = new MemoryHost();
    let left = times;
    host.system.runner.on("podman unshare", () =>
      left-- > 0 ? { exitCode: 1, stderr: "invalid internal status" } : {},
    );
    // It crashes once it is done.
    host.system.runner.on("podman system migrate", { exitCode: 2, stderr: "panic: nil pointer" });
    const asked = () =>
      host.system.runner.printed.flatMap((line) => /podman (?:unshare|system migrate)/.exec(line) ?? []);
    return { host, asked };
  }

  test.each([
    ["is gone", undefined, true],
    ["is another account's by now", 4711, true],
    ["is there", 801, false],
  ])(
    "of a first podman that was killed half-way the note of its pause process goes where that %s",
    async (_, owner, goes) => {
      const account = { user: "store-user", uid: 801, gid: 801, home: "/var/lib/store" } as AccountFact;
      const owned = owner === undefined ? {} : { "/proc/320": { ...DIRECTORY, uid: owner } };
      const system = memorySystem({ files: { "/run/user/801/libpod/tmp/pause.pid": "320", ...owned } });
      const tries = [1, 1, 0];
      system.runner.on("podman unshare", () => ({ exitCode: tries.shift() ?? 0 }));
      await mendPodman(system, account);
      const forgotten = system.runner.printed.filter((line) =>
        line.includes("rm --force -- /run/user/801/libpod/tmp/pause.pid"),
      );
      expect(forgotten).toHaveLength(goes ? 1 : 0);
    },
  );

  test("what failed before is mended first, too", async () => {
    const { host, asked } = hostThatRefuses(0);
    await install(host, smallSite());
    const before = asked().length;
    await install(host, smallSite());
    expect(asked()).toHaveLength(before);
    host.scripted.set("front.service", () =>
      asked().length > before
        ? "ActiveState=active\nSubState=running\nResult=success"
        : "ActiveState=failed\nResult=exit-code",
    );
    await install(host, smallSite());
    expect(asked()).toHaveLength(before + 1);
  });

  test("is mended before anything of it starts, and left alone where nothing is wrong", async () => {
    const fine = hostThatRefuses(0);
    await install(fine.host, smallSite());
    expect(new Set(fine.asked())).toEqual(new Set(["podman unshare"]));
    const broken = hostThatRefuses(1);
    await install(broken.host, smallSite());
    expect(broken.asked().filter((line) => line.includes("migrate"))).toHaveLength(1);
  });

  test("that cannot be mended is an error", async () => {
    await expect(install(hostThatRefuses(9).host, smallSite())).rejects.toThrow("invalid internal status");
  });
});

describe("units", () => {
  const entry = (message: string, fields: object) =>
    JSON.stringify({ MESSAGE: message, __REALTIME_TIMESTAMP: "1", USER_UNIT: "store-sql.service", ...fields });
  const own = (message: string) => entry(message, { CONTAINER_NAME: "store-sql", USER_UNIT: "store-sql.service" });

  test("one that fails: why, its last lines without noise, and where to look; the others are still recorded", async () => {
    const host = new MemoryHost();
    host.scripted.set("store-sql.service", () => "ActiveState=failed\nResult=exit-code");
    const event = entry("container died", { PODMAN_EVENT: "died" });
    const lines = [own("cannot open"), event, own("giving up")];
    host.system.runner.on(/^journalctl .*store-sql/, { stdout: lines.join("\n") });
    const error = await install(host, smallSite()).catch((caught: Error & { hint?: string }) => caught);
    expect(error).toMatchObject({ hint: "svc logs store-sql" });
    expect((error as Error).message).toContain(
      "store-sql did not come up: it ended\n  its log: cannot open\n  its last log lines:\n    cannot open\n    giving up",
    );
    const { units } = JSON.parse(host.text("/var/lib/install-quadlets/applied.json"));
    expect(units).toHaveProperty("front-user/front.service");
    // Known, so that it can be stopped; but not as one that was started.
    expect(units["store-user/store-sql.service"]).toBe("");
  });

  test("the hint mends the cause, where that is known", async () => {
    const host = new MemoryHost();
    host.scripted.set("store-sql.service", () => "ActiveState=failed\nResult=oom-kill");
    await expect(install(host, smallSite())).rejects.toMatchObject({
      message: expect.stringContaining("store-sql did not come up: it was killed because memory ran out"),
    });
    const full = new MemoryHost();
    full.scripted.set("store-sql.service", () => "ActiveState=failed\nResult=exit-code");
    const room = "Size Avail IAvail ITotal Mounted\n1073741824 0 9 9 /var/lib/store\n1073741824 1073741824 9 9 /run\n";
    full.system.runner.on(/^df .* \/run\/user\//, { stdout: room });
    await expect(install(full, smallSite())).rejects.toMatchObject({
      message: expect.stringContaining("store-sql did not come up: the file system of /var/lib/store is full"),
      hint: "sudo du -xh -d2 /var/lib/store | sort -h | tail",
    });
  });

  test("one that is tried again and again counts as failed, one that never gets ready, too", async () => {
    for (const state of [
      "ActiveState=activating\nSubState=auto-restart\n",
      "ActiveState=activating\nSubState=start\n",
    ]) {
      const host = new MemoryHost();
      const begun = host.system.clock.now().getTime();
      let asked = 0;
      host.scripted.set("front.service", () => {
        asked += 1;
        const again = asked % 2 === 0 ? "ActiveState=activating\nSubState=start\n" : state;
        return `${again}Result=exit-code`;
      });
      host.system.runner.on("healthcheck run", { exitCode: 1, stdout: "connection refused" });
      await expect(install(host, smallSite())).rejects.toThrow("front did not come up (activating, exit-code)");
      // Tries are counted long before the time for a start is over.
      const seconds = (host.system.clock.now().getTime() - begun) / 1000;
      if (state.includes("auto-restart")) expect(seconds).toBeLessThan(30);
      else expect(seconds).toBeGreaterThanOrEqual(300);
    }
  });

  test("a restart is awaited: until it is done, the state from before does not count", async () => {
    const host = new MemoryHost();
    await install(host, smallSite());
    const changed = smallSite((text) => text.replace("front:1", "front:2"));
    const told = listener();
    const { run, probe } = { run: host.system.runner.run, probe: host.system.runner.probe.bind(host.system.runner) };
    expect(run).toBeDefined();
    let finished = false;
    host.system.runner.probe = async (command) => {
      if (!command.argv.includes("restart")) return probe(command);
      for (let turn = 0; turn < 200; turn++) await Promise.resolve();
      expect(told.lines).not.toContain("done restart front");
      finished = true;
      return probe(command);
    };
    await install(host, changed, told);
    expect(finished).toBe(true);
    expect(told.lines).toContain("done restart front");
  });

  test("one that crashed again and again ends once more as failed when it is restarted, and then waits for its turn", async () => {
    const host = new MemoryHost();
    let asked = 0;
    host.scripted.set("front.service", () => {
      asked += 1;
      return asked < 4
        ? "ActiveState=failed\nSubState=failed\nResult=exit-code\nJob=71"
        : "ActiveState=active\nSubState=running\nResult=success\nJob=0";
    });
    await install(host, smallSite());
    expect(asked).toBeGreaterThanOrEqual(4);
  });

  test("a restart that systemd refuses is not taken for one that worked", async () => {
    const host = new MemoryHost();
    await install(host, smallSite());
    host.system.runner.on(/--user restart/, { exitCode: 1, stderr: "Transaction is destructive" });
    const changed = smallSite((text) => text.replace("front:1", "front:2"));
    await expect(install(host, changed)).rejects.toThrow("front was not restarted: Transaction is destructive");
    const plan = await prepareOn(host, changed);
    expect(stepsOf(plan.plan).map((change) => change.summary)).toContain("restart front");
  });
});

describe("certificates", () => {
  const ONLY_PROXY = siteSources(
    "services: { dnsmasq: { enabled: false }, vllm-qwen: { enabled: false }, open-webui: { enabled: false }, opik: { enabled: false } }",
  );

  test("each key before its certificate, the published copy last; torn pairs and a lost key are mended", async () => {
    const host = new MemoryHost();
    const written: string[] = [];
    const count = host.system.files.beforeChange;
    host.system.files.beforeChange = (verb, path) => {
      count(verb, path);
      if (/\.(key|crt)$/.test(path) && verb !== "setOwnerAndMode") written.push(`${verb} ${path.split("/").at(-1)}`);
    };
    await install(host, ONLY_PROXY);
    const order = ["remove ca.crt", "write ca.key", "write ca.crt", "write leaf.key", "write leaf.crt"];
    expect(written.filter((entry, index) => written.indexOf(entry) === index)).toEqual(order);
    const ca = "/var/lib/install-quadlets/ca";
    expect(await host.system.files.stat(`${ca}/ca.key`)).toMatchObject({ uid: 0, mode: 0o600 });
    expect(await host.system.files.stat("/var/lib/nginx-proxy/tls/leaf.key")).toMatchObject({ mode: 0o640 });
    const old = host.text(`${ca}/ca.crt`);
    expect(host.text("/var/lib/nginx-proxy/www/ca.crt")).toBe(old);
    // The key is lost, and the program is killed right after it wrote a new one.
    host.system.files.nodes.delete(`${ca}/ca.key`);
    host.system.files.beforeChange = (verb, path) => {
      if (path === `${ca}/ca.crt` && verb === "write") throw new Error("killed");
    };
    await expect(install(host, ONLY_PROXY)).rejects.toThrow("killed");
    host.system.files.beforeChange = count;
    const { facts } = await prepareOn(host, ONLY_PROXY);
    expect(facts.certificate?.authority).toBeUndefined();
  });
});

test("the record of what was applied: what is meant to be made, what was started, what is outdated; writes one after another", async () => {
  const seen = { filled: ["/data"], secretIds: { "u/key": "1" } };
  const before = { ...parseApplied('{"version": 1}'), units: { "u/a": "1" }, files: ["/z"], ...seen };
  const { files } = memorySystem({ files: { "/var/lib/install-quadlets/applied.json": JSON.stringify(before) } });
  const applied = await openApplied(files, "0.1.0");
  const world = settledWorld();
  const { imageIds, ...nothing } = intention([], world.desired, world.state);
  expect(Object.values(imageIds)).toEqual(["1d", "1d"]);
  await Promise.all([
    applied.started("u/b", "2"),
    applied.intend({
      ...nothing,
      imageIds: { "u a:1": "id" },
      files: ["/a", "/z"],
      directories: ["/d"],
      accounts: ["u"],
      packages: ["passt"],
      units: ["u/a", "u/d"],
    }),
    applied.started("u/c", "3"),
    applied.pulled("u b:1", "other"),
  ]);
  const read = async () => JSON.parse((await files.read("/var/lib/install-quadlets/applied.json")) ?? "{}");
  const made = {
    ...parseApplied('{"version": 1}'),
    files: ["/a", "/z"],
    ...seen,
    directories: ["/d"],
    accounts: ["u"],
    packages: ["passt"],
    tool: "0.1.0",
    imageIds: { "u a:1": "id", "u b:1": "other" },
  };
  expect(await read()).toEqual({ ...made, units: { "u/a": "1", "u/b": "2", "u/c": "3", "u/d": "" } });
  const by = (key: string) => ({ key, by: "restart" as const });
  await applied.outdated([by("u/a"), by("u/unknown")]);
  expect(await read()).toEqual({ ...made, units: { "u/a": "", "u/b": "2", "u/c": "3", "u/d": "" } });
  files.beforeChange = () => {
    throw new Error("no write needed");
  };
  await applied.outdated([by("u/a"), by("u/unknown")]);
  await applied.seen(seen);
});
