/** What rendering the units of one service needs to know. */
import type { Service } from "../model/service.ts";
import type { Template } from "./handlebars.ts";
import type { ServiceLocks } from "./locks.ts";

export interface UnitContext {
  readonly service: Service;
  readonly podmanVersion: string;
  /** IPv4 address that faces the tailnet. */
  readonly listen: string;
  /** Loopback ports of the host that this service may call. */
  readonly upstreamPorts: readonly number[];
  readonly secretName: (secret: string) => string;
  /** Absent where it shares no graphics card. */
  readonly locks?: ServiceLocks | undefined;
  readonly templates: (name: string) => Template;
}
