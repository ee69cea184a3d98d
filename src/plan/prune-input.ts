/** What the comparisons of a removal look at. */
import type { HostFacts, StateFacts } from "../model/facts.ts";
import type { Depth } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import type { DesiredState } from "../model/resource.ts";
import type { NameOf } from "./service-names.ts";
import type { Unwanted } from "./unwanted.ts";

export interface Removal {
  /** Everything is uninstalled, to this depth; undefined: services may have left the stack. */
  readonly depth: Depth | undefined;
  /** Secrets ("USER/NAME") whose values a person takes away, on a host where nothing else is to be done. */
  readonly unset?: readonly string[];
}

export interface PruneInput {
  readonly desired: DesiredState;
  readonly host: HostFacts;
  readonly facts: StateFacts;
  readonly removal: Removal;
  readonly gone: Unwanted;
  readonly nameOf: NameOf;
  readonly why: (about: Parameters<NameOf>[0]) => Reason;
}
