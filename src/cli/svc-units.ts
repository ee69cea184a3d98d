/** Units as rows and as JSON, as systemd sees them. */
import { isUp, stateWord, type UnitState } from "../apps/control.ts";

export function unitRows(states: readonly UnitState[]): readonly (readonly string[])[] {
  return [
    ["UNIT", "SERVICE", "USER", "STATE", "SINCE"],
    ...states.map((s) => [s.unit.name, s.service.name, s.service.user, stateWord(s), s.fact?.since ?? ""]),
  ];
}

export function unitJson(state: UnitState): object {
  const { unit, service, fact } = state;
  return {
    name: unit.name,
    unit: unit.unit,
    kind: unit.kind,
    service: service.name,
    user: service.user,
    state: stateWord(state),
    up: isUp(state),
    active: fact?.active ?? null,
    sub: fact?.sub ?? null,
    result: fact?.result ?? null,
    since: fact?.since ?? null,
    restarts: fact?.restarts ?? null,
    image: unit.image,
    urls: service.urls,
  };
}
