/** What a host must be before anything is planned for it. */
import { expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { prepare } from "../../src/runs/prepare.ts";
import { siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";
import { runOn } from "./support.ts";

test.each([
  ["root", 0, ["systemd is not running as PID 1 on this machine", "error: podman is not installed"]],
  // A podman that does not answer may only want more than this account has.
  [
    "somebody else",
    1000,
    ["this needs root: it creates users and services", "error: systemd is not running as PID 1 on this machine"],
  ],
])(
  "all findings about a host come in one error, before anything is asked about its state: %s",
  async (_, uid, says) => {
    const system = memorySystem({ programs: [], host: { effectiveUid: () => uid } });
    const error = await prepare(runOn(system), siteSources()).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message.split("\n").filter((line) => !line.startsWith("hint: "))).toEqual(says);
    expect(system.runner.printed.filter((line) => line.includes("show"))).toEqual([]);
  },
);
