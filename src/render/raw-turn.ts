/** The turn to start of a quadlet that is taken as it is: in a drop-in of ours, because its own text is not ours to change. */
import { isGpu } from "../model/gpu.ts";
import { type QuadletFile, TURN_DROP_IN } from "../model/quadlet-file.ts";
import type { Service } from "../model/service.ts";
import type { RawUnit } from "../raw/unit.ts";
import { renderTemplate } from "./handlebars.ts";
import type { ServiceLocks } from "./locks.ts";
import type { Site } from "./site.ts";

export interface RawTurn {
  readonly dropIn: QuadletFile;
  /** Among those that share its card. */
  readonly position: number;
}

/** Undefined where it uses no card, or nobody else does. */
export function rawTurn(
  { unit, devices }: RawUnit,
  { turn }: ServiceLocks,
  { name }: Pick<Service, "name">,
  site: Site,
): RawTurn | undefined {
  if (turn === undefined || unit.kind !== "container" || !devices.some((device) => isGpu(device.name)))
    return undefined;
  const path = `${unit.name}.d/${TURN_DROP_IN}`;
  const content = renderTemplate(site.template("quadlet/turn.hbs"), { service: name, turn: turn.unit });
  return { dropIn: { path, name: path, content }, position: turn.position };
}
