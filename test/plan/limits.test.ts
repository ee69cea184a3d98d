/** Runs test/cases/limits: what a container asks for and files of a host in, findings out. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { gatherLimits } from "../../src/facts/limits.ts";
import type { Limits } from "../../src/model/limits.ts";
import type { Stack } from "../../src/model/service.ts";
import { limitFindings, openAsks } from "../../src/plan/limits.ts";
import { readOnly } from "../../src/system/read-only.ts";
import { memorySystem } from "../support/memory-system.ts";
import { change, settledWorld } from "./support.ts";

interface Case {
  readonly name: string;
  readonly asks: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** What systemd has loaded, where it is not the default. */
  readonly shown?: Readonly<Record<string, string>>;
  readonly silent?: boolean;
  readonly running?: Limits;
  readonly restarts?: boolean;
  /** False: nothing of the host has to be looked at. */
  readonly asked?: boolean;
  readonly findings?: readonly string[];
}

const DEFAULTS = { LimitNOFILE: "524288", LimitNPROC: "96365", LimitMEMLOCK: "8388608" };
const CASES = parse(readFileSync(`${import.meta.dirname}/../cases/limits/findings.yaml`, "utf8"), { merge: true });

/** The answer of `systemctl show`: another unit comes first, as where several are asked about. */
function show({ files = {}, shown = {}, silent }: Case): string {
  if (silent === true) return "";
  const name = (path: string) => path.slice(path.lastIndexOf("/"));
  const dropIns = Object.keys(files).filter((path) => path.includes(".service.d/"));
  const lines = Object.entries({
    Id: "user@801.service",
    FragmentPath: "/usr/lib/systemd/system/user@.service",
    DropInPaths: dropIns.sort((a, b) => (name(a) < name(b) ? -1 : 1)).join(" "),
    ...DEFAULTS,
    ...shown,
  }).map(([key, value]) => `${key}=${value}`);
  return `Id=user@800.service\nLimitNOFILE=1\n\n${lines.join("\n")}\n`;
}

test.each(CASES as readonly Case[])("$name", async (given) => {
  const world = settledWorld();
  change(world, ["state", "managers", "db-user", { active: "active", limits: given.running ?? {} }]);
  if (given.running === undefined || given.restarts === true)
    change(world, ["state", "applied", "units", "root/user@801.service", "older"]);
  const ulimits = Object.fromEntries(Object.entries(given.asks).map(([key, value]) => [key, String(value)]));
  const stack = {
    services: [
      {
        name: "db",
        from: "db",
        account: { user: "db-user", limits: given.limits ?? {} },
        containers: [
          { unit: "db-api", name: "api", ulimits: {} },
          { unit: "db-sql", name: "sql", ulimits },
        ],
      },
    ],
  } as unknown as Stack;
  const asks = openAsks(stack, world.desired, world.state);
  const memory = memorySystem({ files: given.files ?? {} });
  memory.runner.on("systemctl show", { stdout: show(given) });
  const findings = limitFindings(asks, await gatherLimits(readOnly(memory), [800, 801]));
  expect(findings.map(({ message, hint }) => `${message}\n${hint}\n`)).toEqual(given.findings ?? []);
  expect(memory.runner.printed).toEqual([
    "systemctl show --property=Id,FragmentPath,DropInPaths,LimitNOFILE,LimitNPROC,LimitMEMLOCK -- user@800.service user@801.service",
  ]);
  if (given.asked === false) expect(asks).toEqual([]);
});
