/** Whoever races for the port of a service that restarts may get it, and is never called: fifty restarts, by two users. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { as, waitUntilUp } from "../lab/services.ts";
import { startFrom } from "../lab/start.ts";
import { host, hostScript, lab, putFile } from "../lab/support.ts";

const SQUATTER = "/tmp/squatter.mjs";
const STRANGER = "lab-stranger";

startFrom("small");

test.each([STRANGER, "vllm-user"])("%s", async (user) => {
  await hostScript(`id -u ${STRANGER} >/dev/null 2>&1 || useradd --no-create-home ${STRANGER}`);
  await putFile(SQUATTER, readFileSync(new URL("./squatter.mjs", import.meta.url), "utf8"));
  const uid = await host("id", "-u", user);
  const stop = `/tmp/stop-${user}`;
  // Root calls all the time, and so does the proxy's health check of nobody: every call that is heard is one too many.
  const race = lab([
    "exec",
    "--",
    "bash",
    "-c",
    `until [ -e ${stop} ]; do curl -s -o /dev/null --max-time 2 http://127.0.0.1:3000/health; sleep 0.02; done |
      setpriv --reuid ${uid} --regid ${uid} --clear-groups env PORT=3000 HOME=/ node ${SQUATTER}`,
  ]);
  for (let restart = 0; restart < 25; restart++) {
    await as("webui-user", "systemctl", "--user", "restart", "--no-block", "open-webui");
    expect(await waitUntilUp(300)).toEqual([]);
  }
  await host("touch", stop);
  const { code, out, err } = await race;
  expect(code, err).toBe(0);
  const seen = JSON.parse(out) as { readonly held: number; readonly called: number };
  console.log(`ports: ${user} had the port ${seen.held} times and was called ${seen.called} times`);
  expect(seen.held).toBeGreaterThan(20);
  expect(seen.called).toBe(0);
});
