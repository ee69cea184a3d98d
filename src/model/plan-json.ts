/** What `--json` prints of a plan; config/plan.schema.json describes it. A new field keeps the version, another meaning does not. */
import type { Change } from "./change.ts";
import type { Aside, Note, Outage, Phase, Step } from "./plan.ts";
import type { ReasonCode } from "./reason.ts";

export interface PlanAsJson {
  readonly version: 1;
  readonly stays?: readonly string[];
  readonly next?: string;
  readonly aside?: readonly Aside[];
  readonly unavailable?: readonly (Omit<Outage, "seconds"> & { readonly seconds: number | null })[];
  readonly downloads?: readonly {
    readonly image: string;
    readonly user: string;
    readonly megabytes: number | null;
  }[];
  readonly notes?: readonly Note[];
  readonly changes: readonly {
    readonly phase: Phase;
    readonly action: Step["action"];
    /** null: the host itself. */
    readonly service: string | null;
    readonly kind: Change["kind"];
    readonly summary: string;
    readonly reason: string;
    /** The reason as a word for programs. */
    readonly code: ReasonCode;
  }[];
}
