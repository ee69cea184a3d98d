/** Runs the host's own quadlet generator over the wanted units before anything on the host is touched. */
import { generatorDryRun } from "../commands/podman.ts";
import { userError } from "../model/diagnostic.ts";
import type { Trial } from "../model/plan.ts";
import { foldersOf } from "../model/quadlet-file.ts";
import type { System } from "../system/interfaces.ts";

const ROOT = { uid: 0, gid: 0 };
/** Below /run, where only root makes files; one name, so that what a killed run left is found and cleared. */
const STAGING = "/run/install-quadlets-staging";

/** Throws a UserError with the generator's own words where a unit would be missing after a reload. */
export async function checkUnits(system: System, trial: Trial): Promise<void> {
  await clear(system, STAGING);
  await system.files.makeDirectory(STAGING, { mode: 0o700, ...ROOT });
  try {
    for (const folder of foldersOf(trial.files)) {
      await system.files.makeDirectory(`${STAGING}/${folder}`, { mode: 0o700, ...ROOT });
    }
    for (const { name, content } of trial.files) {
      await system.files.write(`${STAGING}/${name}`, content, { mode: 0o600, ...ROOT });
    }
    const result = await system.runner.probe(generatorDryRun(STAGING));
    const missing = missingUnits(trial, result.stdout);
    if (missing.length === 0) return;
    throw userError(
      "generator-refused",
      `podman's generator refuses ${missing.join(", ")}:\n${result.stderr.trim()}`,
      "nothing was changed; this is a fault in the templates, or a podman that is older than it says",
    );
  } finally {
    await clear(system, STAGING);
  }
}

/** Two levels at most: drop-ins lie in folders. */
async function clear(system: System, path: string): Promise<void> {
  if ((await system.files.stat(path))?.kind === "directory") {
    for (const name of await system.files.list(path)) await clear(system, `${path}/${name}`);
  }
  await system.files.remove(path);
}

/** The dry run prints "---NAME.service---" above each unit (quadlet's main.go). */
export function missingUnits({ units }: Pick<Trial, "units">, output: string): readonly string[] {
  const listed = new Set([...output.matchAll(/^---(.+)---$/gm)].map((match) => match[1]));
  return units.filter((unit) => !listed.has(unit));
}
