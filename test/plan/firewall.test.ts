/** The unit of the firewall: started, or reloaded where its rules changed or are gone, never restarted. */
import { expect, test } from "vitest";
import type { StateFacts } from "../../src/model/facts.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { compareManagers } from "../../src/plan/compare-managers.ts";
import { settledWorld } from "./support.ts";

const settled = settledWorld();
const units = settled.desired.systemUnits.map((unit) => ({ ...unit, table: "ours" }));
const [unit] = units;

test.each<[string, Partial<StateFacts>, Partial<DesiredState>, readonly string[]]>([
  ["as wanted", {}, {}, []],
  ["somebody else's table is gone", { missingTables: ["theirs"] }, {}, []],
  ["flushed", { missingTables: ["ours"] }, {}, [`reload ${unit?.unit}: its rules are not loaded`]],
  [
    "changed",
    {},
    { systemUnits: units.map((one) => ({ ...one, fingerprint: "new" })) },
    [`reload ${unit?.unit}: its rules changed`],
  ],
  [
    "stopped",
    {
      systemUnits: settled.state.systemUnits.map((fact) => ({ ...fact, active: "inactive" })),
      missingTables: ["ours"],
    },
    {},
    [`start ${unit?.unit}: not running`],
  ],
])("%s", (_, facts, wanted, lines) => {
  const desired = { ...settled.desired, systemUnits: units, ...wanted };
  const changes = compareManagers(desired, { ...settled.state, ...facts }, []);
  const about = changes.filter(({ change }) => change.kind === "system-unit");
  expect(about.map(({ summary, reason }) => `${summary}: ${reason.text}`)).toEqual(lines);
});
