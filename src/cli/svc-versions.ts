/** `svc versions`: this program, and the image of every container. */
import { findTarget, readIndex } from "../apps/service-index.ts";
import { readVersions } from "../apps/versions.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";
import { version } from "./package.ts";

/** As podman prints them. */
const SHORT = 12;

export async function versions(name: string | undefined, options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const services = name === undefined ? index.services : [findTarget(index, name).service];
  const units = await readVersions(system, services);
  if (options.json === true) return printJson({ version: 1, program: version(), units });
  print(`install-quadlets ${version()}`);
  const rows = units.map((unit) => [unit.name, unit.image, unit.present?.slice(0, SHORT) ?? "-", unit.note]);
  print(table([["UNIT", "IMAGE", "ID", ""], ...rows]));
}
