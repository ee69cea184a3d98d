/** A password of a database gets another value, and is killed before one change after another: the next run ends it. */
import { expect, test } from "vitest";
import { opens } from "../lab/logins.ts";
import { listUnits } from "../lab/services.ts";
import { startFrom } from "../lab/start.ts";
import { host, hostScript, tryHost } from "../lab/support.ts";

startFrom("installed");

/** "7 done": the number of the last run and its result. */
async function lastRun(): Promise<string> {
  const { runs } = JSON.parse(await host("install-quadlets", "history", "--json")) as {
    runs: readonly { readonly number: number; readonly result: string }[];
  };
  const last = runs.at(-1);
  return `${last?.number} ${last?.result}`;
}

test("killed between the database and podman, wherever that is", async () => {
  let step = 1;
  for (; ; step++) {
    const earlier = await lastRun();
    const script = `INSTALL_QUADLETS_FAULT=kill:${step} install-quadlets secrets rotate opik/mysql-root --yes || echo "ended with $?"`;
    const killed = (await hostScript(script)).includes("ended with 137");
    const last = await lastRun();
    // A run that is done clears away the records of old ones: killed there, it had nothing left to do.
    const through = !killed || (last.endsWith(" done") && last !== earlier);
    const next = await tryHost("install-quadlets", "--yes");
    expect(next.code, `${step}: ${next.err}`).toBe(0);
    expect(await opens("opik-mysql-root"), `killed before change ${step}`).toBe(true);
    if (through) break;
  }
  expect(step).toBeGreaterThan(12);
  expect((await listUnits()).filter((unit) => !unit.up)).toEqual([]);
});
