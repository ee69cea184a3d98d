/** What follows from services that send traces: who takes them lets them in, and shows them what it wants to see. */
import type { Service } from "../model/service.ts";
import { withCallers } from "./consumers.ts";

/** With "_", which the secrets of a service file do not have. */
const HEADERS = "trace_headers";

export function withTracers(services: readonly Service[]): readonly Service[] {
  return services.map((service) => withHeaders(withCallers(service, services, ({ sendsTraces }) => sendsTraces)));
}

function withHeaders(service: Service): Service {
  const { sendsTraces: sends } = service;
  if (sends?.secretHeaders === undefined) return service;
  const { variable, secret } = sends.secretHeaders;
  return {
    ...service,
    secrets: [...service.secrets, { name: HEADERS, kind: "copy", service: sends.service, secret }],
    containers: service.containers.map((container) =>
      container.name === sends.container
        ? { ...container, secrets: [...container.secrets, { secret: HEADERS, as: { kind: "env", name: variable } }] }
        : container,
    ),
  };
}
