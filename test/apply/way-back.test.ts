/** For every step: let it fail once, and the host is what it was before the run, byte for byte. */
import { describe, expect, test } from "vitest";
import { listGenerations, readUndos } from "../../src/record/generations.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import { everyStep } from "../support/every-step.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { differences, type Picture, pictureOf, strays } from "./picture.ts";
import { SITUATIONS, type Situation } from "./situations.ts";
import { smallSite } from "./small-site.ts";
import { expectConverged, install, listener } from "./support.ts";

parseOnce(smallSite());

/** What is not as it was and should be; `anew` are secrets that keep the value that the run gave them. */
function wrongOn(host: MemoryHost, before: Picture, { broken }: Situation, anew: readonly string[]): readonly string[] {
  const isMeant = (line: string) =>
    line === `${broken}: active -> failed` || anew.some((name) => line.split(":")[0]?.endsWith(`/${name}`));
  return [...differences(before, host).filter((line) => !isMeant(line)), ...strays(before, host)];
}

/** Without the unit that cannot come up any more: it is named exactly where it did not. */
function leftOn(host: MemoryHost, lines: readonly string[], { broken }: Situation): readonly string[] {
  const name = broken?.replace(/^.*\/(.*)\.service$/, "$1");
  const isBroken = (line: string) => line.endsWith(`: ${name} did not come up (failed, exit-code)`);
  const hasFailed = host.running().some(({ unit, state }) => unit === broken && state === "failed");
  expect(lines.filter(isBroken)).toHaveLength(hasFailed ? 1 : 0);
  return lines.filter((line) => !isBroken(line));
}

describe.each(Object.entries(SITUATIONS))("%s", (_, arrange) => {
  test("whichever step fails, everything is taken back, or the run was well already", async () => {
    let steps = 0;
    for (const step of everyStep()) {
      const host = new MemoryHost();
      const situation = await arrange(host);
      const before = pictureOf(host);
      const runs = (await listGenerations(host.system.files)).length;
      host.refuseAt = host.changes + step;
      const said = await install(host, situation.sources, listener(), situation.rotate, false).then(
        () => "done",
        (error: unknown) => String(error),
      );
      if (host.changes < host.refuseAt) break;
      steps = step;
      const run = (await listGenerations(host.system.files))[runs];
      if (run?.result === "done" || said.includes("everything was applied")) {
        await expectConverged(host, situation.sources);
        continue;
      }
      const where = `step ${step}: ${said}`;
      const [, left = ""] = said.split("taken back, but for:\n");
      expect(leftOn(host, left === "" ? [] : left.split("\n"), situation), where).toEqual([]);
      expect(run?.result ?? "not begun", where).toMatch(/^(?:taken back|not begun)$/);
      expect(wrongOn(host, before, situation, []), where).toEqual([]);
    }
    expect(steps).toBeGreaterThan(10);
  });

  test("a run that was well is taken back later, even if the taking back is cut off at any step", async () => {
    for (const step of everyStep()) {
      const host = new MemoryHost();
      const situation = await arrange(host);
      const { sources, rotate, anew = [] } = situation;
      const before = pictureOf(host);
      await install(host, sources, listener(), rotate, false);
      const run = (await listGenerations(host.system.files)).at(-1)?.number ?? 0;
      const undos = await readUndos(host.system.files, run);
      host.failAt = host.changes + step;
      const first = await takeBack(host.system, undos).catch((error: unknown) => [String(error)]);
      const { killed } = host;
      await host.revive();
      const left = killed ? await takeBack(host.system, undos) : first;
      const where = `cut off at step ${step}`;
      expect(leftOn(host, left, situation).toSorted(), where).toEqual(
        anew.map((name) => `secret ${name}: its former value is not kept`).toSorted(),
      );
      expect(wrongOn(host, before, situation, anew), where).toEqual([]);
      if (!killed) break;
    }
  });
});
