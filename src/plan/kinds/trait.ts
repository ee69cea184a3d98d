/** What a plan knows of each kind of change. A kind without it does not compile: all.ts. */
import type { Intention, Outdated } from "../../model/applied.ts";
import type { Change, Kind, Of } from "../../model/change.ts";
import type { Drift, LastApplied } from "../../model/drift.ts";
import type { StateFacts } from "../../model/facts.ts";
import type { Draft, Phase } from "../../model/plan.ts";

/** Methods, so that the trait of one kind can stand among those of all. */
export interface Trait<C extends Change> {
  /** What waits for what within its phase. */
  place(change: C, among: Among): Place;
  /**
   * What takes it back. Empty for files and directories, whose way back is what they are when they are written; for a secret
   * that has a value, which is put aside first; and for what does not come back: images, trees and accounts that were removed.
   */
  undo(change: C, facts: StateFacts): readonly Change[];
  /** What it is about, in words, where it could not be taken back. */
  name(change: C): string;
  /** Whose it is, by account or by place. */
  about(change: C): About;
  /** What has moved, where a plan after a run has it. Nothing where it follows from other changes, or from what goes. */
  drift(change: C, draft: Draft, last: LastApplied): readonly Drift[];
  /** Units that run with something else from then on. */
  outdates?(change: C, action: Draft["action"], readers: Readers): readonly Outdated[];
  /** Recorded before the first step. */
  makes?(change: C, action: Draft["action"]): Partial<Intention>;
  /** Units of the host that it records when it is made, by their keys. */
  starts?(change: C): readonly string[];
  /** How the record names what it removes. */
  takes?(change: C): readonly string[];
  /** Taking runs back, the earliest of several about the same decides; it knows how that was before everything. */
  subject?(change: C): string;
  /** Taking runs back, it has a stage of its own in way-back.ts; absent: in the reverse of the order in which it was recorded. */
  readonly apart?: true;
}

export type Kinds = { readonly [K in Kind]: Trait<Of<K>> };

export interface Among {
  readonly phase: Phase;
  /** Of secrets, by key: how many have to be made before it, one after another. */
  readonly depths: ReadonlyMap<string, number>;
}

export interface Place {
  /** Within its phase. */
  readonly wave: number;
  /** What shares it goes in order. */
  readonly lane: string;
}

export interface About {
  readonly user?: string;
  readonly path?: string;
}

/** Which units run with a path, a secret, an image. */
export interface Readers {
  ofPath(path: string): readonly Outdated[];
  /** Of "USER/NAME". */
  ofSecret(key: string): readonly Outdated[];
  /** Of "USER REFERENCE". */
  ofImage(key: string): readonly Outdated[];
  /** Containers and pods of an account. */
  ofUser(user: string): readonly Outdated[];
}

export function inOrder(): Place {
  return { wave: 0, lane: "" };
}

export function none(): readonly never[] {
  return [];
}

export function aboutUser({ user }: { readonly user: string }): About {
  return { user };
}

export function aboutAccount({ account }: { readonly account: { readonly user: string } }): About {
  return { user: account.user };
}

export function aboutPath({ path }: { readonly path: string }): About {
  return { path };
}

export function aboutNobody(): About {
  return {};
}
