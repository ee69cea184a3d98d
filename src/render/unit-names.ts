/** Names of the unit files of a service and of the units that come of them. */
import type { Container, Port, Service } from "../model/service.ts";

export interface UnitNames {
  readonly fileName: string;
  readonly unit: string;
}

export function containerNames(container: Container): UnitNames {
  return { fileName: `${container.unit}.container`, unit: `${container.unit}.service` };
}

export function podNames(service: Service): UnitNames | undefined {
  if (service.pod === undefined) return undefined;
  return { fileName: `${service.pod.name}.pod`, unit: `${service.pod.name}-pod.service` };
}

export function socketNames(service: Service, port: Port): UnitNames {
  const name = `${service.name}-${port.name}.socket`;
  return { fileName: name, unit: name };
}

/** The container that takes the descriptors of a socket: the one that claims the port, else the first. */
export function socketOwner(service: Service, port: Port): Container | undefined {
  return service.containers.find((container) => container.listens.includes(port.container)) ?? service.containers[0];
}

export function socketsOf(service: Service, container: Container): readonly string[] {
  return service.ports
    .filter((port) => port.socket && socketOwner(service, port) === container)
    .map((port) => socketNames(service, port).unit);
}
