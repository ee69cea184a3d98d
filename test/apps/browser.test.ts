/** A browser opens for who called sudo and sits here, by that person's own manager; for nobody else. */
import { expect, test } from "vitest";
import { showInBrowser } from "../../src/apps/browser.ts";
import { memorySystem } from "../support/memory-system.ts";

const URL = "https://webui.liminati.internal";
const OPENS = `systemd-run --user --machine=ada@.host --quiet --collect -- /usr/bin/xdg-open ${URL}`;

interface Desk {
  readonly sudoUser?: string;
  readonly programs?: readonly string[];
  readonly session?: string | { readonly exitCode: number };
  readonly type?: string;
}

const SITS = { sudoUser: "ada", session: "3", type: "wayland" };

test.each<[string, Desk, boolean]>([
  ["under Wayland", SITS, true],
  ["under X", { ...SITS, type: "x11" }, true],
  ["on the console, without a desktop", { ...SITS, type: "tty" }, false],
  ["over ssh", { ...SITS, session: "" }, false],
  ["nobody of that name is logged in", { ...SITS, session: { exitCode: 1 } }, false],
  ["root itself", { session: "3", type: "x11" }, false],
  ["root by sudo", { ...SITS, sudoUser: "root" }, false],
  ["no xdg-open", { ...SITS, programs: [] }, false],
])("%s", async (_, desk, opens) => {
  const system = memorySystem({
    host: { sudoUser: () => desk.sudoUser },
    ...(desk.programs && { programs: desk.programs }),
  });
  const { session = "", type = "" } = desk;
  system.runner.on("show-user", typeof session === "string" ? { stdout: `${session}\n` } : session);
  system.runner.on("show-session 3", { stdout: `${type}\n` });
  system.runner.on("systemd-run", {});
  expect(await showInBrowser(system, URL)).toBe(opens ? "ada" : undefined);
  expect(system.runner.printed.filter((line) => line.includes("systemd-run"))).toEqual(opens ? [OPENS] : []);
});
