/** Format of stack.yaml: what a site decides. */
import * as z from "zod";
import {
  days,
  domain,
  home,
  hostLabel,
  listen,
  map,
  name,
  port,
  scalar,
  serviceName,
  upstream,
  userName,
  variable,
} from "./fields.ts";

const certificateSchema = map({
  leaf_days: days.max(397, "at most 397 days: browsers refuse more").default(397),
  renew_before_days: days.default(30),
  authority_days: days.default(3650),
});

/** Everything but the services, which are checked one by one so that one mistake does not hide the others. */
export const headerSchema = map({
  domain: domain.default("liminati.internal"),
  listen: listen.default("auto"),
  dns: map({ upstreams: z.array(upstream, "a list of IP addresses").default([]) }).prefault({}),
  certificate: certificateSchema.prefault({}),
  services: z.unknown().optional(),
});

export const entrySchema = map({
  enabled: z.boolean("true or false").default(true),
  from: serviceName.optional().describe("catalogue entry that this service is an instance of; default: its own name"),
  account: map({ user: userName.optional(), home: home.optional() }).prefault({}),
  ports: z.record(name, port, "a map of port names to host ports").default({}),
  hosts: z.record(hostLabel, hostLabel, "a map of the catalogue's route hosts to other ones").default({}),
  // Checked against the declarations in the service file.
  settings: z.record(name, z.unknown(), "a map of settings").default({}),
  environment: z
    .record(name, z.record(variable, scalar, "a map of variables"), "a map of containers to their variables")
    .default({}),
});

export type Header = z.output<typeof headerSchema>;
export type StackEntry = z.output<typeof entrySchema>;

/** The whole file, for editors. */
export const stackSchema = map({
  ...headerSchema.shape,
  services: z.record(serviceName, z.union([entrySchema, z.null()])).default({}),
});
