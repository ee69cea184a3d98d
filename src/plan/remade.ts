/** Services whose containers are to be made anew on the data that are there, because somebody asks for it. */
import { userError } from "../model/diagnostic.ts";
import type { ServiceName } from "../model/names.ts";
import type { DesiredUnit } from "../model/resource.ts";
import { suggestOne } from "../model/suggest.ts";

/** A name that no service has is refused. */
export function remadeServices(units: readonly DesiredUnit[], names: readonly string[]): ReadonlySet<ServiceName> {
  const known = new Set(units.map(({ service }) => service));
  const isKnown = (name: string): name is ServiceName => known.has(name as ServiceName);
  const unknown = names.find((name) => !isKnown(name));
  if (unknown === undefined) return new Set(names.filter(isKnown));
  throw userError("unknown-name", `no service is called ${unknown}`, suggestOne(unknown, [...known]));
}
