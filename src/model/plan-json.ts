/** A plan as JSON: what `--json` prints (config/plan.schema.json), and what stands in a file (config/plan-file.schema.json). */
import type { Change } from "./change.ts";
import type { Aside, Note, Outage, Phase, Step } from "./plan.ts";
import type { ReasonCode } from "./reason.ts";

/** A new field keeps the version, another meaning does not. */
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
  /** null: the subject is new, or it goes. */
  readonly meaning?: readonly {
    readonly service: string;
    readonly subject: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
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

/** How a plan in a file is known. */
export const PLAN_FORMAT = "install-quadlets plan";
/** Raised when the meaning of a field changes, not when one is added. */
export const PLAN_VERSION = 1;

/** No contents of files and no values of secrets: digests stand for what is not to be read there. */
export interface PlanFile {
  readonly format: typeof PLAN_FORMAT;
  readonly version: typeof PLAN_VERSION;
  readonly made: string;
  /** The version of the program. */
  readonly tool: string;
  readonly host: string;
  /** The stack file that was named; null where it is the site's own. */
  readonly config: string | null;
  /** Of the whole plan. */
  readonly digest: string;
  /** Of each change, in their order. */
  readonly digests: readonly string[];
  readonly plan: PlanAsJson;
}
