/** Taking runs back with the same care as any other change, on past what cannot be taken back. */
import { describe, expect, test } from "vitest";
import type { Change } from "../../src/model/change.ts";
import type { AccountFact } from "../../src/model/facts.ts";
import type { AbsolutePath, UnitName, UserName } from "../../src/model/names.ts";
import { readUndos } from "../../src/record/generations.ts";
import { keepSecret, keptSecret } from "../../src/record/kept-secrets.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { differences, pictureOf } from "./picture.ts";
import { smallSite } from "./small-site.ts";
import { install } from "./support.ts";

parseOnce(smallSite());

const ACCOUNT: AccountFact = {
  user: "app-user" as UserName,
  uid: 801,
  gid: 801,
  home: "/var/lib/app" as AbsolutePath,
};
const PASSWD = "app-user:x:801:801::/var/lib/app:/usr/sbin/nologin\n";
const SOCKET = "/run/user/801/systemd/private";

function ran({ runner }: MemorySystem, pattern: RegExp): readonly string[] {
  return runner.printed.flatMap((line) => pattern.exec(line)?.[0] ?? []);
}

describe("several runs at once", () => {
  test("what the first of them started stays down, though a later one restarted it", async () => {
    const host = new MemoryHost();
    const before = pictureOf(host);
    await install(host, smallSite());
    await install(
      host,
      smallSite((text) => text.replace("sql:1", "sql:2")),
    );
    await install(
      host,
      smallSite((text) => text.replace("sql:1", "sql:2").replace("front:1", "front:2")),
    );
    const runs = await Promise.all([1, 2, 3].map((run) => readUndos(host.system.files, run)));
    expect(await takeBack(host.system, runs.flat())).toEqual([]);
    expect(host.running()).toEqual([]);
    expect(differences(before, host)).toEqual([]);
  });

  test("what ran before the first of them runs again, though a later one found it down", async () => {
    const host = new MemoryHost();
    await install(host, smallSite());
    const before = pictureOf(host);
    const changed = smallSite((text) => text.replace("sql:1", "sql:2").replace("4096", "8192"));
    await install(host, changed);
    host.shutDown();
    await install(host, changed);
    const runs = await Promise.all([2, 3].map((run) => readUndos(host.system.files, run)));
    expect(await takeBack(host.system, runs.flat())).toEqual([]);
    const ofStore = ([unit]: readonly [string, string]) => unit.startsWith("store-user/");
    const after = pictureOf(host);
    // Nobody but the host itself had stopped the front, which the first of the two runs did not touch.
    expect([...after.units]).toEqual([...before.units].filter((unit) => ofStore(unit) || unit[0].startsWith("root/")));
    expect([...after.startedWith].filter(ofStore)).toEqual([...before.startedWith].filter(ofStore));
    expect(after.disk).toEqual(before.disk);
  });
});

describe("an account that a run made", () => {
  const MADE: readonly Change[] = [{ kind: "remove-account", user: ACCOUNT.user, uid: 801, unless: ACCOUNT.home }];

  test("goes with its processes: userdel refuses while one runs", async () => {
    const system = memorySystem({ files: { "/etc/passwd": PASSWD, "/etc/group": "app-user:x:801:\n" } });
    system.files.put("/proc/77", { kind: "directory", uid: 801, gid: 801, mode: 0o555 });
    system.files.put("/proc/78", { kind: "directory", uid: 802, gid: 802, mode: 0o555 });
    system.runner.on("kill", () => {
      system.files.nodes.delete("/proc/77");
      return {};
    });
    expect(await takeBack(system, MADE)).toEqual([]);
    expect(ran(system, /^(?:kill|userdel|groupdel).*/)).toEqual([
      "kill -KILL 77",
      "userdel app-user",
      "groupdel app-user",
    ]);
  });

  test("whose name has another uid by now: nobody's processes are ended", async () => {
    const system = memorySystem({ files: { "/etc/passwd": PASSWD.replace("801", "900") } });
    system.files.put("/proc/77", { kind: "directory", uid: 801, gid: 801, mode: 0o555 });
    expect(await takeBack(system, MADE)).toEqual([]);
    expect(ran(system, /^(?:kill|userdel).*/)).toEqual(["userdel app-user"]);
  });

  test("that is gone already is no failure; one whose home is there stays", async () => {
    const gone = memorySystem();
    expect(await takeBack(gone, MADE)).toEqual([]);
    expect(ran(gone, /^userdel.*/)).toEqual([]);
    const staying = memorySystem({ files: { "/etc/passwd": PASSWD, "/var/lib/app/data": "x" } });
    expect(await takeBack(staying, MADE)).toEqual([]);
    expect(ran(staying, /^userdel.*/)).toEqual([]);
  });
});

describe("units", () => {
  const STOP: Change = { kind: "stop", account: ACCOUNT, unit: "a.service" as UnitName, timeoutSeconds: 90 };
  const restart = (name: string): Change => ({
    kind: "unit",
    account: ACCOUNT,
    unit: `${name}.service` as UnitName,
    plainName: name,
    verb: "restart",
    startTimeoutSeconds: 60,
    stopTimeoutSeconds: 90,
  });
  const REFUSED = { exitCode: 5, stderr: "Unit a.service not loaded." };
  const show = (states: Readonly<Record<string, string>>) => ({
    stdout: Object.entries(states)
      .map(([unit, state]) => `Id=${unit}.service\nLoadState=loaded\nActiveState=${state}\nResult=success\n`)
      .join("\n"),
  });

  test.each<[string, MemorySystem, readonly string[]]>([
    ["no manager runs", memorySystem(), []],
    ["it does not run", memorySystem({ files: { [SOCKET]: "" } }), []],
    ["it had failed", memorySystem({ files: { [SOCKET]: "" } }), []],
    ["it runs on", memorySystem({ files: { [SOCKET]: "" } }), ["a.service: "]],
    ["nobody answers", memorySystem({ files: { [SOCKET]: "" } }), ["a.service: "]],
  ])("a stop that systemd refuses: %s", async (what, system, left) => {
    const states: Readonly<Record<string, string>> = { "it had failed": "failed", "it runs on": "active" };
    system.runner.on("--user stop", REFUSED);
    system.runner.on(
      "--user show",
      what === "nobody answers" ? { exitCode: 1 } : show({ a: states[what] ?? "inactive" }),
    );
    const lines = await takeBack(system, [STOP]);
    expect(lines.map((line) => line.slice(0, 11))).toEqual(left);
  });

  test("one that does not come up: it is named, and the others are waited for all the same", async () => {
    const system = memorySystem({ files: { [SOCKET]: "" } });
    let asked = 0;
    system.runner.on("--user show", () => {
      asked += 1;
      return show({ a: "failed", b: asked < 9 ? "activating" : "active", c: "active" });
    });
    expect(await takeBack(system, [restart("a"), restart("b"), restart("c")])).toEqual([
      "a.service, b.service, c.service: a did not come up (failed, success)",
    ]);
    expect(asked).toBeGreaterThanOrEqual(9);
  });

  test("one that was between two tries is tried again, and nobody waits for it or for its reason", async () => {
    const system = memorySystem({ files: { [SOCKET]: "" } });
    system.runner.on("--user show", show({ a: "failed", b: "active" }));
    const onItsWay: Change = { ...(restart("a") as Extract<Change, { kind: "unit" }>), unwatched: true };
    expect(await takeBack(system, [onItsWay, restart("b")])).toEqual([]);
    expect(ran(system, /systemctl --user (reset-failed|restart) .*$/)).toEqual([
      "systemctl --user reset-failed -- a.service",
      "systemctl --user restart --no-block -- a.service",
      "systemctl --user reset-failed -- b.service",
      "systemctl --user restart -- b.service",
    ]);
  });

  test("one that nothing is about to start any more is not waited for", async () => {
    const system = memorySystem({ files: { [SOCKET]: "" } });
    system.runner.on("--user restart", { exitCode: 1, stderr: "Job for a.service failed" });
    let asked = 0;
    system.runner.on("--user show", () => {
      asked += 1;
      if (asked > 50) throw new Error("somebody waits for ever");
      return show({ a: "failed", b: "inactive" });
    });
    expect(await takeBack(system, [restart("a"), restart("b")])).toEqual([
      "a.service, b.service: a did not come up (failed, success); b did not come up (inactive, success)",
    ]);
  });
});

test("a value that podman did not take back stays where it was put aside", async () => {
  const system = memorySystem({ files: { "/var/lib/install-quadlets/applied.json": "{}", [SOCKET]: "" } });
  const names = ["well", "refused"];
  for (const name of names) await keepSecret(system.files, "app-user", name, `value of ${name}`, "run-4");
  system.runner.on(/secret create.* refused/, { exitCode: 125, stderr: "store is locked" });
  const left = await takeBack(
    system,
    names.map((name): Change => ({ kind: "restore-secret", account: ACCOUNT, name, from: "run-4" })),
  );
  expect(left).toHaveLength(1);
  expect(left[0]).toMatch(/^secret refused: /);
  const kept = await Promise.all(names.map((name) => keptSecret(system.files, "app-user", name, "run-4")));
  expect(kept).toEqual([undefined, "value of refused"]);
});
