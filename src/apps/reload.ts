/** Lets running containers take over changed files, with the command of their service file. */
import { asUser } from "../commands/accounts.ts";
import { reloadContainer } from "../commands/podman.ts";
import { userError } from "../model/diagnostic.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import type { Target } from "./service-index.ts";

const LAST_LINES = 20;

/** Their names. */
export async function reloadUnits(system: System, { service, units }: Target): Promise<readonly string[]> {
  const able = units.filter((unit) => unit.reload !== undefined);
  const name = units.length === 1 ? (units[0]?.name ?? service.name) : service.name;
  if (able.length === 0)
    throw userError("does-not-apply", `${name} cannot take anything over while it runs`, `sudo svc restart ${name}`);
  for (const unit of able) {
    const result = await system.runner.probe(asUser(service, reloadContainer(unit.name, unit.reload ?? [])));
    if (result.exitCode === 0) continue;
    const said = `${result.stdout}\n${result.stderr}`.split("\n").filter((line) => line.trim() !== "");
    const lines = said.slice(-LAST_LINES).map((line) => `    ${visible(line)}`);
    throw userError(
      "not-taken-over",
      [`${unit.name} does not take the change over, and goes on as before:`, ...lines].join("\n"),
      `svc logs ${unit.name}`,
    );
  }
  return able.map((unit) => unit.name);
}
