/** Secrets that the site gives: wherever the host stands, they reach podman and exactly their readers, and go back again. */
import { expect, test } from "vitest";
import { clearLeftovers } from "../../src/apply/leftovers.ts";
import { resolveStack } from "../../src/config/resolve.ts";
import { ConfigError } from "../../src/model/diagnostic.ts";
import { Secret } from "../../src/model/secret.ts";
import { suppliedSecrets } from "../../src/model/supplied.ts";
import { listGenerations, readUndos } from "../../src/record/generations.ts";
import { type Giving, giveSecret, takeSecretAway } from "../../src/runs/give-secret.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { ownSources } from "../render/support.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { applyOn, expectConverged, install, listener, prepareOn, prepareWith } from "./support.ts";

const APP = `
description: an app
account: { user: app-user, home: /var/lib/app }
secrets:
  licence: { supplied: { description: the licence, optional: OPTIONAL } }
  token: { supplied: { description: a key, optional: true } }
  header: { compose: "Bearer \${secret.token}" }
pod: {}
containers:
  main:
    image: docker.io/lab/main:1
    secrets: [{ secret: licence, env: LICENCE }]
  helper:
    image: docker.io/lab/helper:1
    secrets: [{ secret: header, env: HEADER }]
`;

const SIDE = `
description: a side
account: { user: side-user, home: /var/lib/side }
secrets:
  token: { same_as: app/token }
containers:
  side:
    image: docker.io/lab/side:1
    secrets: [{ secret: token, file: /run/secrets/token }]
`;

const sourcesFor = (optional: boolean) => ownSources({ app: APP.replace("OPTIONAL", String(optional)), side: SIDE });
const NEEDS = sourcesFor(false);
const SITE = sourcesFor(true);
for (const sources of [NEEDS, SITE]) parseOnce(sources);

const STATE = "/var/lib/install-quadlets";
const KEPT = `${STATE}/kept-secrets`;
const TOKEN = "app/token";

function giving(host: MemoryHost, title: string, sources = SITE): Giving {
  const secret = suppliedSecrets(resolveStack(sources)).find((one) => one.title === title);
  if (secret === undefined) throw new Error(`no ${title}`);
  return {
    system: host.system,
    secret,
    prepare: (wishes) => prepareWith(host, sources, wishes),
    apply: (prepared) => applyOn(host, prepared, listener(), { what: `set ${title}`, keepGoing: false }),
  };
}

const set = (host: MemoryHost, value: string) => giveSecret(giving(host, TOKEN), new Secret(value));
const unset = (host: MemoryHost) => takeSecretAway(giving(host, TOKEN));

async function settled(value?: string): Promise<MemoryHost> {
  const host = new MemoryHost();
  await install(host, SITE);
  if (value !== undefined) await set(host, value);
  return host;
}

/** What podman has of it and of what is made from it. */
function stored(host: MemoryHost): readonly (string | undefined)[] {
  return ["app-user/app-token", "app-user/app-header", "side-user/side-token"].map((key) => host.secrets.get(key));
}
const NONE = [undefined, undefined, undefined];
const having = (value: string) => [value, `Bearer ${value}`, value];

/** Units by what they were started with last. */
function startedWith(host: MemoryHost): Readonly<Record<string, string | undefined>> {
  const all = [...host.managers.values()];
  return Object.fromEntries(
    ["app-main", "app-helper", "side"].map((name) => [
      name,
      all.map((manager) => manager.startedWith(`${name}.service`)).find((one) => one !== undefined),
    ]),
  );
}

function kept(host: MemoryHost): readonly string[] {
  const paths = [...host.system.files.nodes.keys()].filter((path) => path.startsWith(`${KEPT}/`));
  return paths.map((path) => path.slice(KEPT.length + 1)).sort();
}

async function rollBack(host: MemoryHost): Promise<void> {
  const run = (await listGenerations(host.system.files)).at(-1)?.number ?? 0;
  expect(await takeBack(host.system, await readUndos(host.system.files, run))).toEqual([]);
  // What was restarted shows itself as starting once.
  await prepareOn(host, SITE);
}

test("one that is needed: the run is refused with its place before anything changes, and goes on once it is given", async () => {
  const host = new MemoryHost();
  const refusal = await prepareOn(host, NEEDS).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(ConfigError);
  expect((refusal as ConfigError).diagnostics).toEqual([
    {
      ...{ file: "services/app.yaml", line: 5, column: 3, path: "secrets.licence" },
      message: "app/licence has no value yet, and only you can give it: the licence",
      hint: "sudo install-quadlets secrets set app/licence",
    },
  ]);
  expect(host.changes).toBe(0);
  const said = await giveSecret(giving(host, "app/licence", NEEDS), new Secret("L-1"));
  expect(said).toBe("app/licence is kept where only root reads it; the next run hands it on: sudo install-quadlets");
  const nodes = host.system.files.nodes;
  expect(nodes.get(KEPT)).toMatchObject({ kind: "directory", uid: 0, gid: 0, mode: 0o700 });
  expect(nodes.get(`${KEPT}/app-user-app-licence.given`)).toMatchObject({
    uid: 0,
    gid: 0,
    mode: 0o600,
    content: "L-1",
  });
  expect(await giveSecret(giving(host, "app/licence", NEEDS), new Secret("L-1"))).toMatch(/^nothing to do: /);
  await install(host, NEEDS);
  expect(host.secrets.get("app-user/app-licence")).toBe("L-1");
  await expectConverged(host, NEEDS);
  expect(kept(host)).toEqual([]);
  await expect(takeSecretAway(giving(host, "app/licence", NEEDS))).rejects.toThrow(
    "app does not run without app/licence",
  );
});

test("an install that fails still has the value for the next try", async () => {
  const host = new MemoryHost();
  await set(host, "T-1");
  host.scripted.set("side.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
  await expect(install(host, SITE)).rejects.toThrow("side did not come up");
  host.scripted.clear();
  expect(kept(host)).toEqual(["app-user-app-token.given"]);
  await install(host, SITE);
  expect(stored(host)).toEqual(having("T-1"));
  expect(kept(host)).toEqual([]);
});

test("not set: no unit names it; set: its readers get it and restart, nobody else; the same again is nothing", async () => {
  const host = await settled();
  const before = startedWith(host);
  expect(stored(host)).toEqual(NONE);
  expect(JSON.stringify(before)).not.toContain("app-token");
  expect(await set(host, "T-1")).toBeUndefined();
  expect(stored(host)).toEqual(having("T-1"));
  const after = startedWith(host);
  expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(["app-helper", "side"]);
  await expectConverged(host, SITE);
  const { changes } = host;
  expect(await set(host, "T-1")).toBe("nothing to do: it has that value");
  expect(host.changes).toBe(changes);
});

test("taken back: the one before, or none, for podman and for its readers", async () => {
  const host = await settled();
  const [none, first] = [startedWith(host), "T-1"];
  await set(host, first);
  await rollBack(host);
  expect(stored(host)).toEqual(NONE);
  expect(startedWith(host)).toEqual(none);
  await expectConverged(host, SITE);
  await set(host, first);
  await set(host, "T-2");
  expect(stored(host)).toEqual(having("T-2"));
  await rollBack(host);
  expect(stored(host)).toEqual(having(first));
  await expectConverged(host, SITE);
  expect(kept(host)).toEqual([]);
});

test("unset: it goes from podman and from the units, and a rollback returns it", async () => {
  const host = await settled("T-1");
  const before = startedWith(host);
  await unset(host);
  expect(stored(host)).toEqual(NONE);
  expect(startedWith(host)["side"]).not.toBe(before["side"]);
  await expectConverged(host, SITE);
  expect(await unset(host)).toBe("nothing to do: app/token is not set");
  await rollBack(host);
  expect(stored(host)).toEqual(having("T-1"));
  expect(startedWith(host)).toEqual(before);
  await expectConverged(host, SITE);
  expect(kept(host)).toEqual([]);
});

test("unset before any run had it", async () => {
  const host = new MemoryHost();
  await set(host, "T-1");
  expect(await unset(host)).toBe("app/token is not set any more; no service had it yet");
  expect(kept(host)).toEqual([]);
});

test("podman lost it: no run goes on without a word, and either way out works", async () => {
  for (const way of ["set", "unset"]) {
    const host = await settled("T-1");
    host.secrets.delete("app-user/app-token");
    const names = { secrets: {}, nameToID: { "app-header": "1" } };
    host.system.files.put("/var/lib/app/.local/share/containers/storage/secrets/secrets.json", JSON.stringify(names));
    await expect(prepareOn(host, SITE)).rejects.toThrow("the value of app/token is gone");
    if (way === "unset") await unset(host);
    else {
      expect(await set(host, "T-2")).toMatch(/the next run hands it on/);
      await install(host, SITE);
    }
    expect(stored(host)).toEqual(way === "unset" ? NONE : having("T-2"));
    await expectConverged(host, SITE);
  }
});

test("a host with other changes keeps a first value for its run, and refuses to mix in another one", async () => {
  const changed = ownSources({
    app: APP.replace("OPTIONAL", "true"),
    side: SIDE.replace("/run/secrets/token", "/token"),
  });
  const first = await settled();
  const late = (host: MemoryHost, value: string) => giveSecret(giving(host, TOKEN, changed), new Secret(value));
  first.system.files.put("/etc/containers/systemd/users/801/side.container", "edited");
  expect(await late(first, "T-1")).toMatch(/the next run hands it on/);
  expect(stored(first)).toEqual(NONE);
  const second = await settled("T-1");
  await expect(late(second, "T-2")).rejects.toThrow("the host is not as configured; a secret is set on its own");
  expect(kept(second)).toEqual([]);
});

test("one that its reader does not come up with is taken back, and kept nowhere", async () => {
  for (const before of [undefined, "T-1"]) {
    const host = await settled(before);
    const site = giving(host, TOKEN);
    const failing: Giving = {
      ...site,
      apply: (...words) => {
        host.scripted.set("side.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
        return site.apply(...words);
      },
    };
    await expect(giveSecret(failing, new Secret("T-2"))).rejects.toThrow("side did not come up");
    host.scripted.clear();
    expect(stored(host)).toEqual(before === undefined ? NONE : having(before));
    expect(kept(host)).toEqual([]);
  }
});

test.each<[string, string | undefined, (host: MemoryHost) => Promise<unknown>, readonly (readonly unknown[])[]]>([
  ["a first value", undefined, (host) => set(host, "T-2"), [NONE, having("T-2")]],
  ["another value", "T-1", (host) => set(host, "T-2"), [having("T-1"), having("T-2")]],
  ["none", "T-1", unset, [having("T-1"), NONE]],
])("%s, killed at any step: the next run ends with one of the two everywhere", async (_, before, change, ends) => {
  let steps = 0;
  for (const step of everyStep()) {
    const host = await settled(before);
    host.failAt = host.changes + step;
    await change(host).catch(() => undefined);
    if (!host.killed) break;
    steps = step;
    await host.revive();
    // Where podman had lost it already when the kill came, the run says so: the same command again ends it.
    await install(host, SITE).catch(() => change(host));
    // What podman's generator was to look at stays in /run until a run has something to do.
    for (const path of [...host.system.files.nodes.keys()]) {
      if (path.startsWith("/run/install-quadlets-staging")) host.system.files.nodes.delete(path);
    }
    await expectConverged(host, SITE);
    expect(ends, `killed before step ${step}`).toContainEqual(stored(host));
  }
  expect(steps).toBeGreaterThan(15);
});

test("no record holds a value; what was before lies where only root reads it, as long as its run can be taken back", async () => {
  const host = await settled("VALUE-1");
  await set(host, "VALUE-2");
  const run = (await listGenerations(host.system.files)).at(-1)?.number;
  expect(kept(host)).toEqual(
    ["app-user-app-header", "app-user-app-token", "side-user-side-token"].map((name) => `${name}.run-${run}`),
  );
  const paths = [...host.system.files.nodes.keys()].filter((path) => !path.startsWith(`${KEPT}/`));
  const telling = paths.filter((path) => /VALUE-[12]/.test(host.text(path)));
  expect(telling).toEqual([]);
  const argv = host.system.runner.printed.filter((line) => /VALUE-[12]/.test(line));
  expect(argv).toEqual([]);
  for (let more = 0; more < 21; more++) await set(host, `LATER-${more}`);
  expect(kept(host).filter((name) => name.endsWith(`.run-${run}`))).toEqual([]);
  expect(kept(host)).toHaveLength(3 * 20);
});

test("another word in its description, or another line in the file, restarts nobody", async () => {
  const host = await settled();
  await giveSecret(giving(host, "app/licence"), new Secret("L-1"));
  const reworded = APP.replace("OPTIONAL", "true")
    .replace("the licence", "the licence of the provider")
    .replace("secrets:\n", "secrets:\n\n");
  await expectConverged(host, ownSources({ app: reworded, side: SIDE }));
});

test("a value that a killed write left half-written is cleared away", async () => {
  const host = await settled("T-1");
  const half = `${KEPT}/.install-quadlets-${"0".repeat(24)}`;
  host.system.files.put(half, "T-");
  await clearLeftovers(host.system, (await prepareOn(host, SITE)).desired);
  expect(host.system.files.nodes.has(half)).toBe(false);
});
