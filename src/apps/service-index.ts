/** Finds services and units by the names that people type, from the index that apply wrote. */
import { NeedsRoot, UserError, userError } from "../model/diagnostic.ts";
import {
  INDEX_PATH,
  INDEX_VERSION,
  type IndexedService,
  isReadable,
  parseIndex,
  type ServiceIndex,
} from "../model/index-file.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";
import { nearest } from "../model/nearest.ts";
import type { System } from "../system/interfaces.ts";

/** One service with all or some of its units. */
export interface Target {
  readonly service: IndexedService;
  readonly units: readonly IndexedUnit[];
}

export class NothingInstalled extends UserError {
  override readonly code = "nothing-installed";

  constructor() {
    super("nothing is installed on this host yet", "sudo install-quadlets");
    this.name = "NothingInstalled";
  }
}

export async function readIndex(system: System): Promise<ServiceIndex> {
  if (system.host.effectiveUid() !== 0) throw new NeedsRoot("this needs root: it talks to the managers of other users");
  const text = await system.files.read(INDEX_PATH);
  if (text === undefined) throw new NothingInstalled();
  const index = parseIndex(text);
  if (index === undefined) {
    throw userError("record-damaged", `the record ${INDEX_PATH} is damaged`, "sudo install-quadlets writes it anew");
  }
  if (isReadable(index.version)) return index;
  throw userError(
    "newer-program",
    `${INDEX_PATH} has version ${index.version}, this program knows ${INDEX_VERSION}`,
    "run the install-quadlets that belongs to it",
  );
}

/** A service's name stands for all its units, a unit's name for that one. */
export function findTarget(index: ServiceIndex, name: string): Target {
  const service = index.services.find((candidate) => candidate.name === name);
  if (service !== undefined) return { service, units: service.units };
  for (const candidate of index.services) {
    const unit = candidate.units.find((one) => one.name === name || one.unit === name);
    if (unit !== undefined) return { service: candidate, units: [unit] };
  }
  const known = allNames(index);
  const near = nearest(name, known) ?? known.find((one) => one.endsWith(`-${name}`));
  throw userError(
    "unknown-name",
    `no service or unit is called ${name}`,
    near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`,
  );
}

/** Everything that `findTarget` accepts, for help and completion. */
export function allNames(index: ServiceIndex): readonly string[] {
  const names = index.services.flatMap((service) => [
    service.name,
    ...service.units.filter((unit) => unit.kind !== "socket").map((unit) => unit.name),
  ]);
  return [...new Set<string>(names)];
}
