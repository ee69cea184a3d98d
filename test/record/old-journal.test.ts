/** Journals that the version before wrote, word for word: read as changes, and a run of that version taken back. */
import { expect, test } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { readUndos } from "../../src/record/generations.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { runOn } from "../runs/support.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";

const RUN = "/var/lib/install-quadlets/generations/0003";
const META = `{
 "version": 1,
 "number": 3,
 "started": "2026-11-20T08:00:00.000Z",
 "ended": "2026-11-20T08:01:00.000Z",
 "who": "ada",
 "tool": "0.1.0",
 "what": "install",
 "summary": "plan: 1 to create",
 "result": "done"
}
`;
const ACCOUNT = `{ "user": "app-user", "uid": 801, "gid": 801, "home": "/var/lib/app" }`;
const account = { user: "app-user", uid: 801, gid: 801, home: "/var/lib/app" };
const FILE = `{ "uid": 0, "gid": 0, "mode": 420, "content": "before\\n" }`;

function hostWith(...undos: readonly string[]): MemorySystem {
  const system = memorySystem({ files: { [`${RUN}/meta.json`]: META } });
  for (const [index, text] of undos.entries()) {
    system.files.put(`${RUN}/undo-${String(index + 1).padStart(5, "0")}.json`, text);
  }
  return system;
}

test.each<[string, readonly unknown[]]>([
  [`{ "kind": "file", "path": "/etc/a" }`, [{ kind: "unmake", path: "/etc/a" }]],
  [
    `{ "kind": "file", "path": "/etc/a", "before": ${FILE} }`,
    [{ kind: "put-back", path: "/etc/a", before: { uid: 0, gid: 0, mode: 0o644, content: "before\n" } }],
  ],
  [`{ "kind": "directory", "path": "/etc/d" }`, [{ kind: "unmake", path: "/etc/d" }]],
  [
    `{ "kind": "directory", "path": "/etc/d", "before": { "uid": 1, "gid": 2, "mode": 448 } }`,
    [{ kind: "directory", directory: { path: "/etc/d", owner: { uid: 1, gid: 2 }, mode: 0o700 } }],
  ],
  [
    `{ "kind": "account", "account": ${ACCOUNT} }`,
    [{ kind: "remove-account", user: "app-user", uid: 801, unless: "/var/lib/app" }],
  ],
  [
    `{ "kind": "subids", "user": "app-user", "home": "/var/lib/app", "uids": { "start": 100000, "count": 65536 } }`,
    [
      {
        kind: "remove-subids",
        user: "app-user",
        uids: { start: 100_000, count: 65_536 },
        unless: "/var/lib/app",
      },
    ],
  ],
  [`{ "kind": "subids", "user": "app-user" }`, [{ kind: "remove-subids", user: "app-user" }]],
  [`{ "kind": "linger", "user": "app-user" }`, [{ kind: "unlinger", user: "app-user" }]],
  [`{ "kind": "unlinger", "user": "app-user" }`, [{ kind: "linger", user: "app-user" }]],
  [
    `{ "kind": "secret", "account": ${ACCOUNT}, "name": "key" }`,
    [{ kind: "remove-secret", account, name: "key", keep: "no" }],
  ],
  [
    `{ "kind": "rotated-secret", "account": ${ACCOUNT}, "name": "key", "rotate": { "kind": "restart" } }`,
    [{ kind: "restore-secret", account, name: "key", from: "former", rotate: { kind: "restart" } }],
  ],
  [
    `{ "kind": "rotated-secret", "account": ${ACCOUNT}, "name": "key", "rotate": { "kind": "restart" }, "run": 3 }`,
    [{ kind: "restore-secret", account, name: "key", from: "run-3", rotate: { kind: "restart" } }],
  ],
  // Programs that did not say whether it lay there already: it stays.
  [
    `{ "kind": "removed-secret", "account": ${ACCOUNT}, "name": "key" }`,
    [{ kind: "restore-secret", account, name: "key", from: "kept", staysAside: true }],
  ],
  [
    `{ "kind": "removed-secret", "account": ${ACCOUNT}, "name": "key", "wasKept": false, "run": 3 }`,
    [{ kind: "restore-secret", account, name: "key", from: "run-3", staysAside: false }],
  ],
  [
    `{ "kind": "image", "account": ${ACCOUNT}, "reference": "lab/a:1", "id": "0a" }`,
    [{ kind: "tag-image", account, reference: "lab/a:1", id: "0a" }],
  ],
  [
    `{ "kind": "tree", "path": "/usr/local/lib/x" }`,
    [
      { kind: "remove-tree", path: "/usr/local/lib/x" },
      { kind: "remove-tree", path: "/usr/local/lib/x.partial" },
    ],
  ],
  [`{ "kind": "reload-system" }`, [{ kind: "reload-system" }]],
  [`{ "kind": "reload-user", "account": ${ACCOUNT} }`, [{ kind: "reload-user", account }]],
  [
    `{ "kind": "system-unit", "unit": "fw.service", "wasActive": true }`,
    [{ kind: "system-unit", unit: "fw.service", verb: "restart" }],
  ],
  [`{ "kind": "system-unit", "unit": "fw.service", "wasActive": false }`, [{ kind: "disable", unit: "fw.service" }]],
  [`{ "kind": "disable", "unit": "fw.service" }`, [{ kind: "system-unit", unit: "fw.service", verb: "start" }]],
  [`{ "kind": "manager", "account": ${ACCOUNT}, "wasActive": true }`, [{ kind: "manager", account, verb: "restart" }]],
  [`{ "kind": "manager", "account": ${ACCOUNT}, "wasActive": false }`, [{ kind: "stop-manager", account }]],
  [
    `{ "kind": "reload-unit", "account": ${ACCOUNT}, "unit": "a.service", "container": "a", "command": ["reload"] }`,
    [{ kind: "reload-unit", account, unit: "a.service", plainName: "a", container: "a", command: ["reload"] }],
  ],
  // Version 1 said 900 s of every unit that was removed.
  [
    `{ "kind": "unit", "account": ${ACCOUNT}, "unit": "a.service", "wasActive": true, "startTimeoutSeconds": 900 }`,
    [
      {
        kind: "unit",
        account,
        unit: "a.service",
        plainName: "a",
        verb: "restart",
        startTimeoutSeconds: 3_600,
        stopTimeoutSeconds: 900,
      },
    ],
  ],
  [
    `{ "kind": "unit", "account": ${ACCOUNT}, "unit": "a.service", "wasActive": false, "startTimeoutSeconds": 60 }`,
    [{ kind: "stop", account, unit: "a.service", timeoutSeconds: 900 }],
  ],
])("%s", async (text, changes) => {
  expect(await readUndos(hostWith(text).files, 3)).toEqual(changes as readonly Change[]);
});

test("a run of the version before is taken back", async () => {
  const system = hostWith(
    `{ "kind": "linger", "user": "app-user" }`,
    `{ "kind": "file", "path": "/etc/a", "before": ${FILE} }`,
    `{ "kind": "file", "path": "/etc/b" }`,
    `{ "kind": "unit", "account": ${ACCOUNT}, "unit": "a.service", "wasActive": false, "startTimeoutSeconds": 60 }`,
  );
  system.files.put("/etc/a", "after");
  system.files.put("/etc/b", "new");
  await rollback(runOn(system), undefined, true);
  expect([await system.files.read("/etc/a"), await system.files.read("/etc/b")]).toEqual(["before\n", undefined]);
  const ran = system.runner.printed;
  expect(ran).toContain("loginctl disable-linger app-user");
  expect(ran.filter((line) => line.includes("systemctl --user stop"))).toHaveLength(1);
  expect(JSON.parse((await system.files.read(`${RUN}/meta.json`)) ?? "")).toMatchObject({
    version: 1,
    result: "undone",
  });
});
