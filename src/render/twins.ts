/** Second instances of units that are replaced side by side, with the way that requests are led to them meanwhile. */

import type { DesiredTwin } from "../model/desired-twin.ts";
import type { AbsolutePath, UnitName } from "../model/names.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import type { DesiredAccount } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { portOwner } from "./unit-names.ts";
import type { RenderedUnit } from "./units.ts";

/** Undefined where nobody could be led there: then the unit is replaced in place. */
export type TwinOf = (unit: RenderedUnit, service: Service, account: DesiredAccount) => DesiredTwin | undefined;

export function twinsOf(stack: Stack): TwinOf {
  const proxy = stack.services.find(({ terminatesTls }) => terminatesTls !== undefined);
  const detour = proxy?.terminatesTls?.detour;
  return ({ twin, unit }, service, account) => {
    if (twin === undefined || proxy === undefined || detour === undefined) return undefined;
    const hosts = service.routes.flatMap(({ host, port: name }) => {
      const port = service.ports.find((candidate) => candidate.name === name);
      return port !== undefined && `${portOwner(service, port)?.unit}.service` === unit ? [host] : [];
    });
    if (hosts.length === 0) return undefined;
    return {
      unit: twin.unit as UnitName,
      path: `${QUADLET_ROOT}/${account.uid}/${twin.fileName}` as AbsolutePath,
      content: twin.content,
      detour: {
        user: proxy.account.user,
        container: detour.container,
        begin: [...detour.begin, ...hosts],
        end: [...detour.end, ...hosts],
      },
    };
  };
}
