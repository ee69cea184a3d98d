/** What a rule sees: the whole site, and each service as written and as built. */
import { groupBy } from "../../model/group-by.ts";
import type { Service } from "../../model/service.ts";
import type { RawUnit } from "../../raw/unit.ts";
import type { ServiceDraft, WrittenSite } from "../draft.ts";
import { nodeAt, type Path } from "../node.ts";
import { keySpotAt, type Report, type Spot, spotAt } from "../report.ts";

export interface Member {
  readonly draft: ServiceDraft;
  readonly service: Service;
  /** The quadlets that it brings along, as they were read. */
  readonly raw: readonly RawUnit[];
}

interface World {
  readonly site: WrittenSite;
  readonly members: readonly Member[];
}

/** One fact about the site that must hold; it reports every place where it does not. */
export type Rule = (world: World, report: Report) => void;

/** A place in the service file. */
export function inFile({ draft }: Member, ...path: Path): Spot {
  return spotAt(draft.file, path);
}

export function keyInFile({ draft }: Member, ...path: Path): Spot {
  return keySpotAt(draft.file, path);
}

/** Where the site sets the value; else where the service file does. */
export function whereSet({ draft }: Member, inStack: Path, inServiceFile: Path): Spot {
  const path = ["services", draft.name, ...inStack];
  if (nodeAt(draft.stack, path) !== undefined) return spotAt(draft.stack, path);
  // A second instance shares its file with others, so the stack is the place to change.
  if (draft.from !== draft.name) return keySpotAt(draft.stack, ["services", draft.name]);
  return spotAt(draft.file, inServiceFile);
}

export function portSpot(member: Member, port: string): Spot {
  return whereSet(member, ["ports", port], ["ports", port, "host"]);
}

/** Calls back for every two items with the same key, the earlier one first. */
export function forEachTwin<T>(
  items: readonly T[],
  keyOf: (item: T) => string | number,
  visit: (first: T, second: T) => void,
): void {
  for (const group of groupBy(items, keyOf).values()) {
    group.forEach((second, index) => {
      for (const first of group.slice(0, index)) visit(first, second);
    });
  }
}
