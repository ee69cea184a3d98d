/** What every handler works with, and what a handler is. */
import type { Trust } from "../model/certificate-facts.ts";
import type { Kind, Of } from "../model/change.ts";
import type { Count } from "../model/count.ts";
import { Stopped, type UserError } from "../model/diagnostic.ts";
import type { Step } from "../model/plan.ts";
import { unitKey } from "../model/record-keys.ts";
import { printRunsWith, served } from "../model/runs-with.ts";
import type { Secret } from "../model/secret.ts";
import type { Journal } from "../record/journal.ts";
import type { AppliedWriter } from "../record/write-applied.ts";
import type { Files, System } from "../system/interfaces.ts";
import type { Reporter } from "./reporter.ts";

export interface ApplyContext {
  readonly system: System;
  /** The same disk without the journal, for values of secrets: they are not to stay in its records. */
  readonly vault: Files;
  readonly journal: Journal;
  readonly applied: AppliedWriter;
  readonly reporter: Reporter;
  /** Values that this run gave to podman or asked it for, by "USER/NAME": who needs them again need not ask. */
  readonly secrets: Map<string, Secret>;
  /** What services held before other images started on it. */
  readonly counts: Map<string, readonly Count[]>;
  /** Known before the first step, or once this run has made them. */
  readonly trust: { authority: Trust | undefined; leaf: string | undefined; tailscale: string | undefined };
  /** Units that were down before, and did not come up: why, for the end. */
  readonly stillDown: UserError[];
  /** Somebody wants it to end: the step in hand is brought to its end, and no other is begun. */
  readonly isStopped: () => boolean;
  /** A step that fails ends the walk; or the others are taken all the same, and it is named at the end. */
  readonly goesOn: boolean;
  /** Before requests go to a second instance; absent: it is asked nothing. */
  readonly askSecond?: AskSecond | undefined;
  /** Absent: a unit that does not come up is told with its state and its raw lines. */
  readonly tellWhy?: TellWhy | undefined;
}

/** As the commands that look at units say it; without a sentence where they know nothing better. */
export interface ToldWhy {
  readonly sentence?: string;
  readonly hint?: string | undefined;
  /** The line of its log that says why. */
  readonly line?: string | undefined;
  /** The last ones, without noise. */
  readonly log: readonly string[];
  /** It is on its way, and not stuck. */
  readonly getsOn?: true;
}

/** Undefined where nothing could be asked. */
export type TellWhy = (unit: Of<"unit">) => Promise<ToldWhy | undefined>;

/** Systemd knows what has to wait for what, where it is told of all of them at once. */
export type Together = "unit" | "stop";

/** Throws a UserError where a second instance does not answer what the first one does. */
export type AskSecond = (first: Of<"unit">) => Promise<void>;

export type StepOf<K extends Kind> = Step & { readonly change: Of<K> };

/** By kind, for some nouns. */
export type Handlers<Kinds extends Exclude<Kind, Together>> = {
  readonly [K in Kinds]: (context: ApplyContext, change: Of<K>) => Promise<unknown>;
};

/** Where a wait may be long, and between steps. */
export function refuseStopped({ isStopped }: Pick<ApplyContext, "isStopped">): void {
  if (isStopped()) throw new Stopped("stopped, as asked");
}

/** Once a unit runs with what is wanted. */
export async function recordRunning(
  { applied, trust }: ApplyContext,
  { account, unit, record }: Of<"unit" | "asleep" | "reload-unit">,
): Promise<void> {
  if (record === undefined) return;
  const leaf = record.servesLeaf ? served(trust.leaf, trust.tailscale) : "";
  const { started, reloaded } = record;
  await applied.started(unitKey(account.user, unit), printRunsWith({ started, reloaded, leaf }));
}
