/** Ctrl-C at every step: what is said, and that the host is as it was, or goes on from there. */
import { describe, expect, test } from "vitest";
import { Stopped } from "../../src/model/diagnostic.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { rollback } from "../../src/runs/rollback.ts";
import { runOn } from "../runs/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { differences, pictureOf, strays } from "./picture.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install, listener, type Told } from "./support.ts";

const BEFORE = smallSite();
const SITE = smallSite((text) => text.replace("sql:1", "sql:2").replace("4096", "8192"));
for (const sources of [BEFORE, SITE]) parseOnce(sources);

async function settled(): Promise<MemoryHost> {
  const host = new MemoryHost();
  await install(host, BEFORE);
  return host;
}

/** Whoever presses it once so many steps are done, or when a line is said. */
function pressing(host: MemoryHost, at: number | RegExp): Told {
  const told = listener();
  let steps = 0;
  const press = (text: string) => {
    if (typeof at === "object" && at.test(text)) host.system.signals.send();
  };
  return {
    ...told,
    done: (step) => {
      told.done(step);
      steps += 1;
      if (steps === at) host.system.signals.send();
    },
    progress: (text) => {
      told.progress(text);
      press(text);
    },
    note: (text) => {
      told.note(text);
      press(text);
    },
  };
}

async function stopped(host: MemoryHost, told: Told, keepGoing: boolean): Promise<unknown> {
  return install(host, SITE, told, [], keepGoing).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const lastRun = async (host: MemoryHost) => (await listGenerations(host.system.files)).at(-1);

describe.each([
  ["everything is taken back", false, "taken back"],
  ["with --keep-going it stays", true, "failed"],
])("%s", (_, keepGoing, result) => {
  test("at whichever step", async () => {
    let steps = 0;
    for (let at = 1; ; at++) {
      const host = await settled();
      const before = pictureOf(host);
      const told = pressing(host, at);
      const error = await stopped(host, told, keepGoing);
      if (error === undefined) break;
      steps = at;
      expect(error).toBeInstanceOf(Stopped);
      const { message, exitCode } = error as Stopped;
      expect(exitCode).toBe(130);
      if (message.startsWith("it was to stop, but its last step")) {
        expect(await lastRun(host)).toMatchObject({ result: "done" });
        await expectConverged(host, SITE);
        continue;
      }
      const says = told.lines.filter((line) => line.startsWith("stopping after the step in hand"));
      expect(says).toHaveLength(1);
      expect(says[0]).toContain("and sudo install-quadlets goes on from there");
      expect(await lastRun(host), `step ${at}`).toMatchObject({ result, error: "stopped, as asked" });
      if (!keepGoing) expect([...differences(before, host), ...strays(before, host)], `step ${at}`).toEqual([]);
      await install(host, SITE);
      await expectConverged(host, SITE);
    }
    expect(steps).toBeGreaterThan(5);
  });
});

test("a unit that is still starting is not waited for", async () => {
  const host = await settled();
  const before = pictureOf(host);
  const error = await stopped(host, pressing(host, /^waiting for/), false);
  expect(error).toMatchObject({ message: expect.stringMatching(/^stopped, as asked\n/), exitCode: 130 });
  expect(differences(before, host)).toEqual([]);
});

test("a run that failed is taken back to the end, whoever asks it to stop", async () => {
  const host = await settled();
  const before = pictureOf(host);
  host.refuseAt = host.changes + 30;
  const told = pressing(host, /^failed, taking back/);
  const error = await stopped(host, told, false);
  expect(error).not.toBeInstanceOf(Stopped);
  expect(told.lines.at(-1)).toMatch(/^what is being taken back is taken back to the end; Ctrl-C once more/);
  expect(differences(before, host)).toEqual([]);
});

test("a rollback comes to its end", async () => {
  const host = await settled();
  const before = pictureOf(host);
  await install(host, SITE);
  const run = runOn(host.system, () => undefined);
  const { runner } = host.system;
  const running = runner.run.bind(runner);
  runner.run = async (...words) => {
    host.system.signals.send();
    return running(...words);
  };
  await rollback(run, undefined, true);
  expect(run.heard.filter((line) => line.includes("sudo install-quadlets rollback goes on from there"))).toHaveLength(
    1,
  );
  expect(differences(before, host)).toEqual([]);
});
