/** What every handler works with. */
import type { Trust } from "../model/certificate-facts.ts";
import type { Change } from "../model/change.ts";
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
  /** Values that this run gave to podman, by "USER/NAME": what is made from them need not ask podman. */
  readonly secrets: Map<string, Secret>;
  /** Known before the first step, or once this run has made them. */
  readonly trust: { authority: Trust | undefined; leaf: string | undefined; tailscale: string | undefined };
}

export type Of<Kind extends Change["kind"]> = Extract<Change, { kind: Kind }>;

/** Once a unit runs with what is wanted. */
export async function recordRunning({ applied, trust }: ApplyContext, change: Of<"unit">): Promise<void> {
  const { unit, servesLeaf } = change;
  const leaf = servesLeaf ? served(trust.leaf, trust.tailscale) : "";
  const reloaded = unit.reload?.fingerprint ?? "";
  await applied.started(unitKey(unit.user, unit.unit), printRunsWith({ started: unit.fingerprint, reloaded, leaf }));
}
