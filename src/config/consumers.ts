/** Who may call a port because of what it does: beside those that the service file names. */
import type { ServiceName } from "../model/names.ts";
import type { Service } from "../model/service.ts";

/** `callers`: of the port with that name. */
export function withConsumers(service: Service, callers: (port: string) => readonly ServiceName[]): Service {
  return {
    ...service,
    ports: service.ports.map((port) => ({
      ...port,
      consumers: [...new Set([...port.consumers, ...callers(port.name)])],
    })),
  };
}

/** What a service says of the port of another that it calls. */
interface Call {
  readonly service: ServiceName;
  readonly port: string;
}

/** The same for services that say so themselves: `callOf` gives the one that it calls. */
export function withCallers(
  service: Service,
  services: readonly Service[],
  callOf: (caller: Service) => Call | undefined,
): Service {
  return withConsumers(service, (port) =>
    services.flatMap((caller) => {
      const call = callOf(caller);
      return call?.service === service.name && call.port === port ? [caller.name] : [];
    }),
  );
}
