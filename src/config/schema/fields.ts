/** Building blocks of both formats. The error text of a field says what is wanted: "a TCP or UDP port (1 to 65535)". */
import * as z from "zod";
import { SERVICE_NAME } from "../../model/names.ts";
import { QUADLET_SUFFIXES } from "../../model/quadlet-file.ts";

/**
 * A map with exactly these keys. The message for unknown keys lists the known ones, separated by blanks:
 * issues.ts turns it into a hint.
 */
export function map<Shape extends z.core.$ZodLooseShape>(shape: Shape, wanted?: string) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? Object.keys(shape).join(" ") : wanted),
  });
}

/** A text of a certain form. */
export function matching(pattern: RegExp, wanted: string) {
  return z.string(wanted).regex(pattern, wanted);
}

/** Name of a service, container, port, secret or setting. */
export const name = matching(
  /^[a-z0-9]([a-z0-9_-]{0,60}[a-z0-9])?$/,
  "a name of lower-case letters, digits and hyphens",
);
export const serviceName = matching(
  SERVICE_NAME,
  "a service name: lower-case letters, digits and hyphens, starting with a letter, at most 48 characters",
);
export const userName = matching(
  /^[a-z_][a-z0-9_-]{0,31}$/,
  "a user name: lower-case letters, digits, _ and -, at most 32 characters, not starting with a digit or -",
);
export const groupName = matching(
  /^[a-z_][a-z0-9_-]{0,31}$/,
  "a group of this host: lower-case letters, digits, _ and -, at most 32 characters, not starting with a digit or -",
);
export const hostLabel = matching(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "one DNS label: lower-case letters, digits and hyphens",
);
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
export const domain = matching(
  new RegExp(`^(?=.{3,180}$)(?:${label}\\.)+(?=[^.]*[a-z])${label}$`),
  "a domain name in lower case with at least two labels, for example liminati.internal",
);
const listenWanted = '"auto" or an IPv4 address of this host';
export const listen = z.union([z.literal("auto"), z.ipv4(listenWanted)], listenWanted);
/** As the kernel names them, without what a firewall rule would read as something else (IFNAMSIZ is 16). */
export const interfaceName = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/,
  '"auto" or a network interface of this host, for example tailscale0',
);
const upstreamWanted = "the IP address of a name server";
export const upstream = z.union([z.ipv4(upstreamWanted), z.ipv6(upstreamWanted)], upstreamWanted);

const segment = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._@+-]+";
export const home = matching(
  new RegExp(`^/var/lib/${segment}(?:/${segment})*$`),
  "a directory below /var/lib, without .. and of plain characters",
);
export const hostPath = matching(
  new RegExp(`^(?:/${segment})+$`),
  "an absolute path on this host, without .. and of plain characters",
);
export const relativePath = matching(
  new RegExp(`^${segment}(?:/${segment})*$`),
  "a path below the home, without a leading / and without ..",
);
export const quadletPath = matching(
  new RegExp(`^[a-z][a-z0-9-]*/[A-Za-z0-9][A-Za-z0-9._@-]*\\.(${QUADLET_SUFFIXES})$`),
  "a quadlet in the folder beside this file, for example NAME/web.container",
);
export const innerPath = matching(
  new RegExp(`^/$|^(?:/${segment})+$`),
  "an absolute path inside the container, without .. and of plain characters",
);
export const owner = matching(/^[0-9]{1,5}:[0-9]{1,5}$/, 'an owner inside the container as "uid:gid"');
/** Nothing that runs with its owner's rights, and nothing that only the owner of a file may delete. */
export const mode = matching(/^0[0-7]{3}$/, 'four octal digits in quotes, the first of them 0, for example "0750"');

export const port = z.int("a port (1 to 65535)").min(1, "a port (1 to 65535)").max(65535, "a port (1 to 65535)");
export const count = z.int("a whole number from 1").min(1, "a whole number from 1").max(1_000_000, "at most 1000000");
export const days = z.int("a number of days").min(1, "at least 1 day").max(36500, "at most 36500 days");

/** `environment` keys as a shell and systemd accept them. */
export const variable = matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name: letters, digits and _");
export const scalar = z.union([z.string(), z.number(), z.boolean()], "a text, number or boolean");
export const text = z.string("a text");
export const version = matching(/^\d+(?:\.\d+)*$/, 'a version in quotes, for example "7.4"');
/** The schema's own values, or one reference that gives one. */
function orReference(schema: z.ZodInt, wanted: string) {
  return z.union([schema, matching(/^\$\{[^{}]+\}$/, wanted)], wanted);
}
export const seconds = orReference(z.int().min(0).max(1_000_000), "a whole number of seconds");
export const countOrReference = orReference(count, "a whole number from 1");

/** Of age; ssh keys have blanks in them and are for the command line only. */
export const recipient = matching(/^age1[0-9a-z]{20,}$/, "a recipient of age: age1...");
export const capability = matching(/^(CAP_)?[A-Z][A-Z_]+$/, "a capability, for example NET_BIND_SERVICE");
export const unitName = matching(
  /^[A-Za-z0-9@:_.-]+\.(service|target|socket|path|timer|mount)$/,
  "a systemd unit, for example nvidia-cdi-refresh.service",
);
