/** Puts the steps of a plan into stages of lanes: what waits for what, and what may go on side by side. */
import { groupBy } from "../model/group-by.ts";
import { PHASES, type Stage, type Step } from "../model/plan.ts";
import type { DesiredSecret } from "../model/resource.ts";
import { secretDepths } from "./compare-stores.ts";
import { traitOf } from "./kinds/all.ts";

/** The order within a phase and a lane is that of `steps`. */
export function arrange(steps: readonly Step[], secrets: readonly DesiredSecret[]): readonly Stage[] {
  const phases = groupBy(steps, (step) => step.phase);
  const depths = secretDepths(secrets);
  return PHASES.flatMap((phase) => {
    const own = (phases.get(phase) ?? []).map((step) => {
      const place = traitOf(step.change).place(step.change, { phase, depths });
      return { step, place };
    });
    const waves = [...groupBy(own, ({ place }) => place.wave)].toSorted(([one], [other]) => one - other);
    return waves.map(([, wave]) => ({
      phase,
      lanes: [...groupBy(wave, ({ place }) => place.lane).values()].map((lane) => lane.map(({ step }) => step)),
    }));
  });
}
