/** Which ports of a service the proxy calls. */
import type { Port, Service } from "./service.ts";

/** Always, or while a second instance answers there. */
export function isRouted({ routes }: Pick<Service, "routes">, { name, twinOf }: Port): boolean {
  return routes.some(({ port }) => port === name || port === twinOf);
}
