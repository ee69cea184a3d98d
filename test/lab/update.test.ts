/** Newer images under the same name, on a service with data: shown, copied, run; and what loses the data comes back with them. */
import { beforeAll, expect, test } from "vitest";
import { serveNewer } from "./newer.ts";
import { smallStack, startFrom } from "./start.ts";
import { type Answer, host, hostScript, putFile, tryHost } from "./support.ts";

const SITE = "/etc/install-quadlets";
const IMAGE = "docker.io/library/redis:7.2.16-alpine";
const HOME = "/var/lib/notes";

const SERVICE = `
description: Notes in a Redis
account: { user: notes-user, home: ${HOME} }
directories: [{ path: data, owner: "999:1000", mode: "0700" }]
containers:
  notes:
    image: IMAGE
    user: "999:1000"
    command: [redis-server, --appendonly, "yes", --dir, /data]
    mounts: [{ source: data, target: /data }]
    health: { command: redis-cli ping | grep -q PONG }
backup:
  parts: { data: { directory: data } }
  counts: { notes: { container: notes, command: redis-cli dbsize } }
`;

const moveTag = (label: string, entrypoint = "") => serveNewer({ image: IMAGE, label, entrypoint });

const inNotes = (...words: readonly string[]): Promise<string> => host("svc", "exec", "notes", "--", ...words);
const rows = async (): Promise<string> => (await inNotes("redis-cli", "dbsize")).trim();
const update = (...words: readonly string[]): Promise<Answer> => tryHost("svc", "update", "notes", ...words);
/** Which image runs, by its label. */
const runs = (): Promise<string> =>
  hostScript(
    `cd /; setpriv --reuid $(id -u notes-user) --regid $(id -g notes-user) --init-groups env -i PATH=$PATH HOME=${HOME} XDG_RUNTIME_DIR=/run/user/$(id -u notes-user) podman inspect --format '{{index .Config.Labels "version"}}' notes`,
  );

/** With all that it has started, as when the power fails. */
const KILLED_ON_ITS_WAY_BACK = `
  descendants() { local child; for child in $(pgrep -P "$1"); do echo "$child"; descendants "$child"; done; }
  svc update notes --yes >/run/lab-update.txt 2>&1 & pid=$!
  until grep -qs '"taking back"' /var/lib/install-quadlets/generations/*/meta.json; do
    kill -0 $pid 2>/dev/null || { cat /run/lab-update.txt; exit 3; }
    sleep 0.05
  done
  kill -STOP $pid
  kill -KILL $pid $(descendants $pid)
  wait $pid
`;

startFrom("small");

beforeAll(async () => {
  await putFile(`${SITE}/services/notes.yaml`, SERVICE.replace("IMAGE", IMAGE));
  await putFile(`${SITE}/stack.yaml`, smallStack({ notes: {} }));
  const installed = await tryHost("install-quadlets", "--yes");
  expect(installed.code, installed.out + installed.err).toBe(0);
  for (const key of ["one", "two", "three"]) await inNotes("redis-cli", "set", key, "kept");
});

test("nothing newer: nothing is touched", async () => {
  const answer = await update("--yes");
  expect(answer.code, answer.err).toBe(0);
  expect(answer.out).toBe("nothing to do: the image is what the registry has under that name");
});

test("one that was fetched waits: no restart runs it, and the name stays with the one that runs", async () => {
  await moveTag("fetched");
  const pulled = await tryHost("svc", "pull", "notes");
  expect(pulled.code, pulled.err).toBe(0);
  expect(pulled.err).toContain("next: sudo svc update notes runs it");
  await host("svc", "restart", "notes");
  expect(await runs()).toBe("");
  expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
});

test("a newer one is shown with its digest, a no leaves everything, a yes runs it on a copy's safety", async () => {
  await moveTag("second");
  const asked = await update();
  expect(asked.out).toMatch(
    /^docker\.io\/library\/redis:7\.2\.16-alpine: sha256:[0-9a-f]{12} of \d{4}-\d\d-\d\d -> sha256:[0-9a-f]{12} of \d{4}-\d\d-\d\d$/m,
  );
  expect(asked.out).toContain("> copy the data of notes (data): notes is about to run another image");
  expect(asked.code).not.toBe(0);
  expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  expect(await runs()).toBe("");
  const done = await update("--yes");
  expect(done.code, done.out + done.err).toBe(0);
  expect(done.err).toContain("notes: notes: 3 before, 3 now");
  expect(await runs()).toBe("second");
  expect(await rows()).toBe("3");
  expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  expect(await host("ls", "-A", HOME)).not.toContain("before-run");
});

test("one that loses the data: the image and the data of before are back by themselves", async () => {
  await moveTag("third", 'rm -rf /data/*; exec docker-entrypoint.sh "$@"');
  const failed = await update("--yes");
  expect(failed.code, failed.out).toBe(1);
  expect(failed.err).toContain("notes: notes: 3 before, 0 now");
  expect(failed.err).toContain("everything was taken back");
  expect(await runs()).toBe("second");
  expect(await rows()).toBe("3");
  const verified = await tryHost("install-quadlets", "verify");
  expect(verified.code, verified.out).toBe(0);
  expect(await host("ls", "-A", HOME)).not.toContain("before-run");
  expect(await host("svc", "status", "notes")).toContain("notes: healthy");
});

test("killed while it takes that back: nothing else begins, and the next run brings image and data back first", async () => {
  const killed = await tryHost("bash", "-c", KILLED_ON_ITS_WAY_BACK);
  expect(killed.code, killed.out + killed.err).toBe(137);
  const cut = /run \d+ \(update notes\) was cut off while it was taken back/;
  const refused = await update("--yes");
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(cut);
  expect(refused.err).toContain("hint: sudo install-quadlets takes it back to the end");
  expect((await tryHost("install-quadlets", "--dry-run")).err).toMatch(cut);
  const doctor = await tryHost("install-quadlets", "doctor");
  expect(doctor.out + doctor.err).toMatch(/was cut off while it was taken back/);
  const finished = await tryHost("install-quadlets", "--yes");
  expect(finished.code, finished.out + finished.err).toBe(0);
  expect(finished.err).toMatch(/was cut off while it was taken back: it is taken back to the end first/);
  expect(await runs()).toBe("second");
  expect(await rows()).toBe("3");
  expect((await tryHost("install-quadlets", "verify")).code).toBe(0);
  expect(await host("ls", "-A", HOME)).not.toContain("before-run");
  expect(await host("install-quadlets", "history")).toMatch(/ update notes +taken back /);
});

test("a version that somebody has to decide about: nothing is touched until that is written down", async () => {
  const decision = 'decisions: { redis-7-4: { container: notes, since: "7.4", why: it is another one } }';
  await putFile(`${SITE}/services/notes.yaml`, SERVICE.replace("IMAGE", IMAGE.replace("7.2.16", "7.4.1")) + decision);
  const refused = await tryHost("install-quadlets", "--yes");
  expect(refused.code).not.toBe(0);
  expect(refused.err).toBe(
    "error: notes is about to go from 7.2.16-alpine to 7.4.1-alpine: it is another one [host-not-ready]\n" +
      `hint: keep 7.2.16-alpine, or write into ${SITE}/stack.yaml under services.notes: decided: [redis-7-4]`,
  );
  await putFile(`${SITE}/stack.yaml`, smallStack({ notes: { decided: ["redis-7-4"] } }));
  const planned = await tryHost("install-quadlets", "--dry-run");
  expect(planned.out, planned.err).toContain("copy the data of notes (data): notes is about to run");
});
