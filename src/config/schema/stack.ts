/** Format of stack.yaml: what a site decides. */
import * as z from "zod";
import {
  count,
  days,
  domain,
  groupName,
  home,
  hostLabel,
  hostPath,
  interfaceName,
  listen,
  map,
  name,
  port,
  recipient,
  scalar,
  serviceName,
  upstream,
  userName,
  variable,
} from "./fields.ts";
import { givenGpuSchema, idleSchema, swapSchema } from "./sharing.ts";

const certificateSchema = map({
  leaf_days: days.max(397, "at most 397 days: browsers refuse more").default(397),
  renew_before_days: days.default(30),
  authority_days: days.default(3650),
  address: z
    .boolean("true or false")
    .default(false)
    .describe(
      "valid for https://ADDRESS of this host, too; for an authority that exists already: install-quadlets ca rotate",
    ),
  source: z
    .enum(["authority", "own"])
    .default("authority")
    .describe("own: the site brings its certificate along, in certificate and key"),
  certificate: hostPath.optional().describe("PEM file: the certificate for the zone and *.ZONE, then what is above it"),
  key: hostPath.optional().describe("PEM file that only root can read"),
  authority: hostPath.optional().describe("PEM file that clients are to trust, where they do not already"),
  tailscale: hostLabel
    .optional()
    .describe("a route's host: https://HOST.TAILNET.ts.net leads there, too, with a certificate from `tailscale cert`"),
});

/** Everything but the services, which are checked one by one so that one mistake does not hide the others. */
export const headerSchema = map({
  domain: domain.default("liminati.internal"),
  listen: listen.default("auto"),
  interface: interfaceName.default("auto"),
  operators: z.array(userName, "a list of users of this host").optional(),
  readers: groupName
    .optional()
    .describe("a group of this host: its members may look at everything without root, and change nothing"),
  dns: map({ upstreams: z.array(upstream, "a list of IP addresses").default([]) }).prefault({}),
  certificate: certificateSchema.prefault({}),
  verify: z
    .enum(["off", "hourly", "daily", "weekly"])
    .default("off")
    .describe("how often a timer looks whether the host is as it was applied"),
  portal: z
    .boolean("true or false")
    .default(false)
    .describe("https://ZONE/ is a page for people: what there is, whether it is up, and how it is used"),
  traces: serviceName
    .optional()
    .describe(
      "the service that traces of requests are sent to, by every service that can; none, or without it: nobody sends any",
    ),
  backup: map({
    every: z.enum(["off", "hourly", "daily", "weekly"]).default("off").describe("how often a timer takes one"),
    keep: count.default(7).describe("how many stay, of each service"),
    to: hostPath.optional().describe("a directory instead of /var/lib/install-quadlets/backups"),
    encrypt_to: z
      .array(recipient, "a list of recipients of age")
      .default([])
      .describe("only who has the key of one of these can read them"),
  })
    .prefault({})
    .describe("backups of every service that has data"),
  services: z.unknown().optional(),
});

export const entrySchema = map({
  enabled: z.boolean("true or false").default(true),
  from: serviceName.optional().describe("catalogue entry that this service is an instance of; default: its own name"),
  account: map({ user: userName.optional(), home: home.optional() }).prefault({}),
  ports: z.record(name, port, "a map of port names to host ports").default({}),
  hosts: z.record(hostLabel, hostLabel, "a map of the catalogue's route hosts to other ones").default({}),
  gpu: givenGpuSchema.optional().describe("GPUs that it is given, and the share of their memory"),
  swap: swapSchema.optional().describe("it takes turns with others: one of a group is awake at a time"),
  idle: idleSchema.optional().describe("it is stopped when nobody has asked it for so long"),
  traces: serviceName.optional().describe("the service that its traces are sent to, or none; without it, as for all"),
  decided: z
    .array(name, "a list of names")
    .default([])
    .describe("decisions of the service file that were read: an image may go past that version"),
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
}).catchall(z.boolean().describe("a group of the catalogue, for example observability: true"));
