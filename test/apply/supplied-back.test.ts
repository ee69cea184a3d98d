/** Values that a person typed, over several runs and back: each is there again where the state is one in which it was there. */
import { describe, expect, test } from "vitest";
import { resolveStack } from "../../src/config/resolve.ts";
import { KEPT_SECRETS } from "../../src/model/places.ts";
import { Secret } from "../../src/model/secret.ts";
import { suppliedSecrets } from "../../src/model/supplied.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { giveSecret, takeSecretAway } from "../../src/runs/give-secret.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { ownSources } from "../render/support.ts";
import { runOn } from "../runs/support.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { applyOn, install, listener, prepareWith, uninstall } from "./support.ts";

const STAYS = `
description: stays
account: { user: stay-user, home: /var/lib/stay }
containers:
  stay: { image: "docker.io/lab/stay:1" }
`;
const APP = `
description: an app
account: { user: app-user, home: /var/lib/app }
secrets:
  token: { supplied: { description: a key, optional: true } }
  header: { compose: "Bearer \${secret.token}" }
containers:
  app: { image: "docker.io/lab/app:1", secrets: [{ secret: header, env: A }] }
`;
const WITH = ownSources({ stays: STAYS, app: APP });
const WITHOUT = ownSources({ stays: STAYS });
for (const sources of [WITH, WITHOUT]) parseOnce(sources);

interface Before {
  /** Number of the last run of then. */
  readonly run: number;
  readonly stored: readonly (string | undefined)[];
  /** Values that lay aside, by the names of their files. */
  readonly aside: ReadonlyMap<string, string>;
}

interface Told {
  readonly host: MemoryHost;
  /** Before each run, the last one first. */
  readonly before: readonly Before[];
}

async function lookAt(host: MemoryHost): Promise<Before> {
  const run = (await listGenerations(host.system.files)).at(-1)?.number ?? 0;
  const paths = [...host.system.files.nodes.keys()].filter((path) => path.startsWith(`${KEPT_SECRETS}/`));
  const aside = new Map(paths.map((path) => [path.slice(KEPT_SECRETS.length + 1), host.text(path)] as const));
  return { run, stored: ["token", "header"].map((name) => host.secrets.get(`app-user/app-${name}`)), aside };
}

function givingOn(host: MemoryHost) {
  const [secret] = suppliedSecrets(resolveStack(WITH));
  if (secret === undefined) throw new Error("the site gives none");
  return {
    ...{ system: host.system, secret },
    prepare: (wishes?: Parameters<typeof prepareWith>[2]) => prepareWith(host, WITH, wishes),
    apply: (prepared: Awaited<ReturnType<typeof prepareWith>>) =>
      applyOn(host, prepared, listener(), { what: "set app/token", keepGoing: false }),
  };
}

async function act(host: MemoryHost, word: string): Promise<unknown> {
  if (word === "uninstall") return uninstall(host, "keep");
  if (word === "with" || word === "without") return install(host, word === "with" ? WITH : WITHOUT);
  return word === "unset" ? takeSecretAway(givingOn(host)) : giveSecret(givingOn(host), new Secret(word));
}

/** "with" and "without" are runs with the app in the stack and without it, and "A" is typed by a person. */
async function tell(words: string): Promise<Told> {
  const host = new MemoryHost();
  const before: Before[] = [];
  for (const word of words.split(", ")) {
    const state = await lookAt(host);
    await act(host, word);
    if ((await lookAt(host)).run > state.run) before.unshift(state);
  }
  return { host, before };
}

async function expectState(host: MemoryHost, { run, stored, aside }: Before): Promise<void> {
  const now = await lookAt(host);
  expect({ run, stored: now.stored }).toEqual({ run, stored });
  for (const [name, value] of aside) expect([run, name, now.aside.get(name)]).toEqual([run, name, value]);
}

/** Runs that an uninstall is not among: that one is not taken back. */
const HISTORIES = [
  "A, with",
  "with, A, without, with",
  "with, A, without, with, without, with",
  "with, A, B, without, with",
  "with, A, without, with, B, without, with",
  "with, A, without, B, with",
  "with, A, without, B, with, without, with",
  "with, A, unset, B, without, with, unset",
  "A, with, B, without, with, A",
];

describe.each([...HISTORIES, "with, uninstall, A, with, B", "with, A, uninstall, with", "with, A, uninstall, B, with"])(
  "%s",
  (words) => {
    const goesBackTo = ({ before }: Told) => {
      const uninstalled = words.split(", ").indexOf("uninstall");
      return uninstalled === -1 ? before : before.slice(0, words.includes("with, B") ? 2 : 1);
    };

    test("one after another", async () => {
      const told = await tell(words);
      for (const state of goesBackTo(told)) {
        await rollback(runOn(told.host.system), undefined, true);
        await expectState(told.host, state);
      }
    });

    test("at once", async () => {
      for (let at = 1; at < goesBackTo(await tell(words)).length; at++) {
        const { host, before } = await tell(words);
        const state = before[at] as Before;
        await rollback(runOn(host.system), String(state.run), true);
        await expectState(host, state);
      }
    });
  },
);

test("what comes back is cut off at any step, and continued: both runs are taken back, and the going as well", async () => {
  for (const step of everyStep()) {
    const { host, before } = await tell("with, A, without");
    const gone = await lookAt(host);
    host.failAt = host.changes + step;
    await act(host, "with").catch(() => undefined);
    if (!host.killed) break;
    await host.revive();
    await act(host, "with");
    if ((await lookAt(host)).run > gone.run) await rollback(runOn(host.system), String(gone.run), true);
    await expectState(host, gone);
    await rollback(runOn(host.system), undefined, true);
    await expectState(host, before[0] as Before);
  }
});

test("what comes back and does not come up leaves it where it was", async () => {
  const { host, before } = await tell("with, A, without, B");
  const gone = await lookAt(host);
  host.scripted.set("app.service", () => "ActiveState=failed\nSubState=failed\nResult=exit-code");
  const run = prepareWith(host, WITH).then((prepared) =>
    applyOn(host, prepared, listener(), { what: "install", keepGoing: false }),
  );
  await expect(run).rejects.toThrow("app did not come up");
  host.scripted.clear();
  expect((await lookAt(host)).aside).toEqual(gone.aside);
  await rollback(runOn(host.system), undefined, true);
  await expectState(host, before[0] as Before);
});

test("who typed it takes it away: it lies nowhere any more", async () => {
  const host = new MemoryHost();
  for (const word of ["A", "unset"]) await act(host, word);
  expect((await lookAt(host)).aside).toEqual(new Map());
});

test("all that lies aside is root's alone, and goes with the runs that could need it", async () => {
  const { host } = await tell("with, A, without, B, with");
  const names = [...(await lookAt(host)).aside.keys()];
  expect(names).toEqual(["app-user-app-token.run-4", "app-user-app-header.run-4"]);
  for (const name of names) {
    expect(host.system.files.nodes.get(`${KEPT_SECRETS}/${name}`)).toMatchObject({ uid: 0, gid: 0, mode: 0o600 });
  }
  for (let more = 0; more < 21; more++) await act(host, `LATER-${more}`);
  expect([...(await lookAt(host)).aside.values()].filter((value) => value.endsWith("A"))).toEqual([]);
});
