/** The order of an uninstall, and what is asked before what cannot be undone. */
import { describe, expect, test } from "vitest";
import { Stopped, UserError, userError } from "../../src/model/diagnostic.ts";
import { listGenerations } from "../../src/record/generations.ts";
import { type UninstallRun, uninstall } from "../../src/runs/uninstall.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { smallSite } from "../apply/small-site.ts";
import { install } from "../apply/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { type Heard, runOn } from "./support.ts";

parseOnce(smallSite());

const FILE = "/etc/made/made.conf";
const DATA = "/var/lib/made/data";
const STATE = "/var/lib/install-quadlets";

/** Earlier runs made one file and one directory with data. */
function hostWithALittle(): MemoryHost {
  const host = new MemoryHost();
  const { files, runner } = host.system;
  files.put(FILE, "ours");
  files.put(DATA, "precious");
  record(host, { files: [FILE], directories: ["/etc/made", "/var/lib/made"] });
  runner.on("rm -rf", ({ argv }) => {
    const gone = argv.at(-1) ?? "";
    for (const path of [...files.nodes.keys()]) if (`${path}/`.startsWith(`${gone}/`)) files.nodes.delete(path);
    return {};
  });
  return host;
}

function record(host: MemoryHost, made: object): void {
  host.system.files.put(STATE, { kind: "directory", uid: 0, gid: 0, mode: 0o700 });
  host.system.files.put(`${STATE}/applied.json`, JSON.stringify({ version: 2, ...made }));
}

function runFor(
  host: MemoryHost,
  options: Partial<UninstallRun>,
  meanwhile?: (text: string) => unknown,
): UninstallRun & Heard {
  const base = { depth: "keep", dryRun: false, yes: false, yesDeleteData: false } as const;
  return { ...runOn(host.system, meanwhile), ...base, ...options };
}

const LOCK = "lock: install-quadlets uninstall";
const YES = "ask: Remove this?";
const NAME = "ask: All data of all services is deleted. Type the name of this host (gpu) to go on: gpu";
const REMOVED = ["print: removed", "print: next: sudo npx install-quadlets installs again, with the data that stays"];
const NEVER_HERE = "print: removed: this host is as if install-quadlets had never been here";

describe("what happens, in order", () => {
  test.each<[string, Partial<UninstallRun>, readonly string[]]>([
    ["asked", {}, [LOCK, "shown: a plan", YES, ...REMOVED, "unlock"]],
    ["with yes", { yes: true }, [LOCK, "shown: a plan", ...REMOVED, "unlock"]],
    [
      "a word about data is none about the rest",
      { yesDeleteData: true },
      [LOCK, "shown: a plan", YES, ...REMOVED, "unlock"],
    ],
    ["images", { depth: "images" }, [LOCK, "shown: a plan", YES, ...REMOVED, "unlock"]],
    ["everything", { depth: "all" }, [LOCK, "shown: a plan", NAME, NEVER_HERE, "unlock"]],
    ["a yes says nothing about data", { depth: "all", yes: true }, [LOCK, "shown: a plan", NAME, NEVER_HERE, "unlock"]],
    ["a word of its own does", { depth: "all", yesDeleteData: true }, [LOCK, "shown: a plan", NEVER_HERE, "unlock"]],
  ])("%s", async (_, options, order) => {
    const host = hostWithALittle();
    const run = runFor(host, options);
    expect(await uninstall(run)).toBe("done");
    expect(run.heard).toEqual(order);
    const { nodes } = host.system.files;
    const everything = options.depth === "all";
    expect({ file: nodes.has(FILE), data: nodes.has(DATA), record: nodes.has(STATE) }).toEqual({
      file: false,
      data: !everything,
      record: !everything,
    });
  });

  test("a dry run shows, and needs no turn", async () => {
    const host = hostWithALittle();
    const run = runFor(host, { depth: "all", dryRun: true });
    expect(await uninstall(run)).toBe("pending");
    expect(run.heard).toEqual(["shown: a plan"]);
    expect(host.changes).toBe(0);
  });

  test.each([
    [1, "stopped while it looked what there is to remove; none of it was done"],
    [2, "stopped while it looked once more; nothing was removed"],
    [3, "what was to go is gone; it was stopped before it had looked"],
  ])("Ctrl-C during look %i is a sentence and an end at once", async (time, says) => {
    const host = hostWithALittle();
    let looks = 0;
    host.system.runner.on("podman --version", () => {
      looks += 1;
      if (looks === time) host.system.signals.send();
      return undefined;
    });
    await expect(uninstall(runFor(host, {}))).rejects.toThrow(new Stopped(says));
    expect(host.system.files.nodes.has(FILE)).toBe(time < 3);
  });

  test("nothing to do is no question", async () => {
    const host = new MemoryHost();
    const run = runFor(host, { depth: "all" });
    expect(await uninstall(run)).toBe("done");
    expect(run.heard).toEqual([LOCK, "shown: nothing to do", "unlock"]);
  });

  test("it is in the history under its depth", async () => {
    for (const [depth, what] of [
      ["keep", "uninstall"],
      ["images", "uninstall --purge-images"],
    ] as const) {
      const host = hostWithALittle();
      await uninstall(runFor(host, { depth, yes: true }));
      expect(await listGenerations(host.system.files)).toMatchObject([{ what, result: "done" }]);
    }
  });
});

describe("nothing is removed", () => {
  const NO = new UserError("that is not gpu; nothing was changed");
  const no = () => {
    throw NO;
  };
  const edit = (host: MemoryHost) => host.system.files.nodes.delete(FILE);
  const grow = (host: MemoryHost) => {
    host.system.files.put("/etc/more.conf", "ours, too");
    record(host, { files: [FILE, "/etc/more.conf"], directories: ["/etc/made", "/var/lib/made"] });
  };
  const CHANGED = userError(
    "plan-differs",
    "the host changed while the plan was read; nothing was done",
    "look at the new plan",
  );

  test.each<[string, UninstallRun["depth"], (host: MemoryHost) => unknown, UserError]>([
    ["after a no", "all", no, NO],
    ["there is less while the plan is read", "keep", edit, CHANGED],
    ["there is more while the plan is read", "keep", grow, CHANGED],
    ["there is more data while the plan is read", "all", grow, CHANGED],
  ])("%s", async (_, depth, meanwhile, error) => {
    const host = hostWithALittle();
    const run = runFor(host, { depth }, () => meanwhile(host));
    await expect(uninstall(run)).rejects.toThrow(error);
    expect(host.changes).toBe(0);
    expect(run.heard.at(-1)).toBe("unlock");
  });

  test("without root", async () => {
    const host = hostWithALittle();
    const system = { ...host.system, host: { ...host.system.host, effectiveUid: () => 1000 } };
    const run = { ...runFor(host, { yes: true }), system };
    await expect(uninstall(run)).rejects.toThrow("this needs root");
    expect(run.heard).toEqual([]);
  });
});

describe("afterwards", () => {
  test("what is still there is named, and the command that goes on", async () => {
    const host = hostWithALittle();
    const { files } = host.system;
    // Somebody else is quicker than the last look.
    files.beforeChange = (_, path) => {
      if (!path.endsWith("meta.json") || files.nodes.has(FILE)) return;
      files.put(FILE, "again");
      record(host, { files: [FILE] });
    };
    const run = runFor(host, { depth: "images", yes: true });
    const again = "run install-quadlets uninstall --purge-images again";
    await expect(uninstall(run)).rejects.toThrow(userError("still-differs", `still there:\n  file ${FILE}`, again));
    expect(run.heard.at(-1)).toBe("unlock");
    expect(run.heard.join()).not.toContain("removed");
  });

  test("an image that somebody else uses may stay", async () => {
    const host = new MemoryHost();
    await install(host, smallSite());
    const { images } = JSON.parse(host.text(`${STATE}/applied.json`));
    record(host, { images });
    // The record of it stays as well, as where a run ends before it forgets.
    host.system.files.beforeChange = (_, path) => {
      if (path.endsWith("meta.json")) record(host, { images });
    };
    host.system.runner.on("podman image rm", { exitCode: 2, stderr: "image is in use by a container" });
    const run = runFor(host, { depth: "images", yes: true });
    expect(await uninstall(run)).toBe("done");
    expect(run.heard.filter((line) => line.startsWith("note: "))).toHaveLength(images.length);
    expect(run.heard.slice(-3, -1)).toEqual(REMOVED);
  });
});
