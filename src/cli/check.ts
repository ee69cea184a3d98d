/** `install-quadlets check`: is a configuration sound, would podman take these unit files? */
import { basename } from "node:path";
import { resolveStack } from "../config/resolve.ts";
import { ConfigError, UserError } from "../model/diagnostic.ts";
import { findUnitFaults } from "../quadlet/check.ts";
import { refuseOwn } from "../runs/prepare.ts";
import { readTextFile } from "../system/package-files.ts";
import { makeSystem } from "../system/real.ts";
import { print } from "./output.ts";
import { readSources } from "./package.ts";

const UNIT = /\.(container|pod|network|volume|image|build|kube|socket)$/;
/** What Debian 13 has; the oldest of the usual hosts. */
const PODMAN = "5.4.2";

/** A stack file, or any number of unit files, which may refer to each other; without files the site's configuration. */
export function check(files: readonly string[], options: { readonly podman?: string }): void {
  const units = files.filter((file) => UNIT.test(file));
  const [stackFile, ...others] = files.filter((file) => !UNIT.test(file));
  if (others.length > 0) throw new UserError("only one stack file can be checked at a time");
  if (units.length > 0) checkUnitFiles(units, options.podman ?? PODMAN);
  if (units.length > 0 && stackFile === undefined) return;
  const stack = resolveStack(readSources(stackFile));
  const system = makeSystem();
  // Only root may read the key.
  if (system.host.effectiveUid() === 0) refuseOwn(system, stack, system.clock.now());
  print(`${stack.services.length} services, no faults: ${stack.services.map((service) => service.name).join(", ")}`);
}

function checkUnitFiles(files: readonly string[], podman: string): void {
  const sources = files.map((file) => {
    const text = readTextFile(file);
    if (text === undefined) throw new UserError(`${file}: no such file`);
    return { name: basename(file), text };
  });
  const findings = findUnitFaults(sources, podman);
  if (findings.length > 0) throw new ConfigError(findings);
  print(`${files.length} unit files, no faults for podman ${podman}`);
}
