/** Names of the unit files of a service and of the units that come of them. */
import type { Container } from "../model/container.ts";
import type { Port, Service } from "../model/service.ts";

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

/** The container behind a port: the one that claims it, else the first. */
export function portOwner(service: Service, port: Port): Container | undefined {
  return service.containers.find((container) => container.listens.includes(port.container)) ?? service.containers[0];
}

/** Without a pod: what it publishes itself. A second instance has the ports that are twins of the first one's. */
export function portsOf(service: Service, container: Container): readonly Port[] {
  const first = service.containers.find(({ twin }) => twin?.unit === container.unit);
  const own = service.ports.filter(
    (port) => port.twinOf === undefined && portOwner(service, port)?.unit === (first ?? container).unit,
  );
  if (first === undefined) return own;
  return service.ports.filter(({ twinOf }) => own.some(({ name }) => name === twinOf));
}

export function socketsOf(service: Service, container: Container): readonly string[] {
  return portsOf(service, container)
    .filter((port) => port.socket)
    .map((port) => socketNames(service, port).unit);
}
