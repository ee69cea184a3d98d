/** Gathers what is known of units: one question for each account, and more only about what is not well. */
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { readStates, type UnitState } from "./control.ts";
import { readHealth } from "./health-log.ts";
import { isWorthAsking, judgeUnit } from "./judge.ts";
import { type JudgedUnit, judgeOne, judgeService, toMend } from "./judge-service.ts";
import { lookCloser } from "./look-closer.ts";
import type { Judgement, Signs } from "./signs.ts";

export interface ServiceState {
  readonly service: IndexedService;
  readonly judgement: Judgement;
  readonly units: readonly UnitReport[];
}

export interface UnitReport {
  readonly state: UnitState;
  readonly judgement: Judgement;
  /** The unit that has to be mended: itself, or one that it needs. */
  readonly cause: string;
}

/** Whole services, whichever unit is asked about: what it needs may be what is ill. */
export async function lookAt(
  system: System,
  services: readonly IndexedService[],
  extras: (service: IndexedService) => Promise<Judgement | undefined> = async () => undefined,
): Promise<readonly ServiceState[]> {
  return Promise.all(
    services.map(async (service) => {
      const [states, extra] = await Promise.all([
        readStates(system, [{ service, units: service.units }]),
        extras(service),
      ]);
      const first = await Promise.all(states.map((state) => firstSigns(system, state)));
      const judged = first.map((signs) => ({ signs, judgement: judgeUnit(signs) }));
      const ill = judged.filter(({ signs, judgement }) => isWorthAsking(signs, judgement));
      const closer =
        ill.length === 0
          ? []
          : await lookCloser(
              system,
              service,
              ill.map(({ signs }) => signs),
            );
      const units = first.map((signs, index): JudgedUnit => {
        const again = closer.find((other) => other.unit === signs.unit) ?? signs;
        const { name, unit, after = [] } = signs.unit;
        const before = judged[index]?.judgement;
        return { name, unit, after, judgement: again === signs && before ? before : judgeUnit(again) };
      });
      return {
        service,
        judgement: judgeService(units, extra),
        units: states.map((state, index) => {
          const unit = units[index] as JudgedUnit;
          return { state, judgement: judgeOne(unit, units), cause: toMend(unit, units).unit };
        }),
      };
    }),
  );
}

async function firstSigns(system: System, { service, unit, manager, fact }: UnitState): Promise<Signs> {
  const asked = fact !== undefined && unit.health && (fact.active === "active" || fact.active === "activating");
  const health = asked ? await readHealth(system, service, fact) : undefined;
  return { service, unit, manager, fact, health };
}
