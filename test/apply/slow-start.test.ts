/** A start that takes longer than its time: it goes on for as long as its log tells that it gets on, and ends as a failure once it does not. */
import { expect, test } from "vitest";
import { parseOnce } from "../support/parsed-once.ts";
import { MemoryHost } from "./memory-host.ts";
import { smallSite } from "./small-site.ts";
import { install } from "./support.ts";

const TIME = 600;
const slow = (silent: string) => (text: string) =>
  text.replace(
    "listens: [8999]",
    `listens: [8999]
    start_timeout: ${TIME}
    log: { phases: [{ lines: "loading", phase: loading${silent} }] }`,
  );
const PATIENT = smallSite(slow(", silent: 120"));
parseOnce(PATIENT);

/** `lastWord` says when it wrote its last line, `up` when it is up; in seconds after the beginning. */
function host(lastWord: number, up: number) {
  const memory = new MemoryHost();
  const { clock, runner } = memory.system;
  const begun = clock.now().getTime();
  const passed = () => (clock.now().getTime() - begun) / 1000;
  memory.scripted.set("front.service", () => {
    void clock.sleep(10_000);
    return passed() < up ? "ActiveState=activating\nSubState=start" : "ActiveState=active\nSubState=running";
  });
  runner.on(/^journalctl .*front\.service/, () => {
    const time = (begun / 1000 + Math.min(passed(), lastWord)) * 1_000_000;
    const entry = {
      MESSAGE: "loading",
      CONTAINER_NAME: "front",
      USER_UNIT: "front.service",
      __REALTIME_TIMESTAMP: time,
    };
    return { stdout: `${JSON.stringify({ ...entry, __REALTIME_TIMESTAMP: String(Math.round(time)) })}\n` };
  });
  return { memory, passed };
}

test("nothing ends it while it gets on, neither systemd nor the run", async () => {
  const { memory, passed } = host(10 * TIME, 10 * TIME);
  await install(memory, PATIENT);
  expect(passed()).toBeGreaterThan(10 * TIME - 60);
  const [unit] = [...memory.system.files.nodes].filter(([path]) => path.endsWith("/front.container"));
  expect(JSON.stringify(unit)).toContain("TimeoutStartSec=infinity");
});

test("once its time is over and it is silent for longer than its phase may be, the run fails with that", async () => {
  const { memory, passed } = host(2 * TIME, 100 * TIME);
  await expect(install(memory, PATIENT)).rejects.toThrow("its start (loading) makes no progress: nothing for ");
  expect(passed()).toBeGreaterThan(2 * TIME + 120);
  expect(passed()).toBeLessThan(2 * TIME + 300);
});

test("what hangs early has its time all the same", async () => {
  const { memory, passed } = host(10, TIME - 60);
  await install(memory, PATIENT);
  expect(passed()).toBeLessThan(TIME);
});

test("one whose log tells nothing of its progress is ended in its time", async () => {
  const { memory, passed } = host(10 * TIME, 10 * TIME);
  await expect(install(memory, smallSite(slow("")))).rejects.toThrow("front");
  expect(passed()).toBeLessThan(TIME + 60);
  const [unit] = [...memory.system.files.nodes].filter(([path]) => path.endsWith("/front.container"));
  expect(JSON.stringify(unit)).toContain(`TimeoutStartSec=${TIME}`);
});
