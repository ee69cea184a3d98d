/** What a host must be before anything is planned for it. */
import { expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { prepare } from "../../src/runs/prepare.ts";
import { siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";
import { runOn } from "./support.ts";

const MUTE = { exitCode: 127, stderr: "podman: cannot load libgpgme.so.11\nmore\n" };
const NO_SYSTEMD = "systemd is not running as PID 1 on this machine";

test.each([
  [
    "root",
    0,
    [
      NO_SYSTEMD,
      "error: podman is installed, but does not say which version it is: podman: cannot load libgpgme.so.11",
      "error: rootless podman needs newuidmap, newgidmap, pasta, nft, setpriv, loginctl, catatonit, dbus-user-session, which are not installed",
    ],
  ],
  // It may only want more than this account has.
  ["somebody else", 1000, ["this needs root: it creates users and services", `error: ${NO_SYSTEMD}`]],
])("a podman that is there and does not answer is told from one that is missing: %s", async (_, uid, says) => {
  const system = memorySystem({ programs: ["podman"], host: { effectiveUid: () => uid } });
  system.runner.on("podman --version", MUTE);
  const error = await prepare(runOn(system), siteSources()).catch((caught: Error) => caught);
  expect((error as Error).message.split("\n").filter((line) => !line.startsWith("hint: "))).toEqual(says);
});

test.each([
  ["root", 0, [NO_SYSTEMD, "error: podman is not installed"]],
  // A podman that does not answer may only want more than this account has.
  ["somebody else", 1000, ["this needs root: it creates users and services", `error: ${NO_SYSTEMD}`]],
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
