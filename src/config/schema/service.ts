/** Format of a service file: everything that makes a service. */
import * as z from "zod";
import { loginSchema, shellSchema } from "./access.ts";
import { askedShape } from "./asked.ts";
import { backupSchema, decisionSchema } from "./backup.ts";
import { containerSchema } from "./container.ts";
import {
  capability,
  countOrReference,
  home,
  hostLabel,
  map,
  matching,
  mode,
  name,
  owner,
  port,
  quadletPath,
  relativePath,
  scalar,
  seconds,
  serviceName,
  text,
  unitName,
  userName,
} from "./fields.ts";
import { modelsShape } from "./models.ts";
import { observedShape } from "./observed.ts";
import { forPortal, tlsSchema } from "./proxy.ts";
import { servedSchema } from "./served.ts";
import { activitySchema, gpuSettingsSchema } from "./sharing.ts";
import { tracesShape } from "./traces.ts";

const settingSchema = map({
  type: z
    .enum(["string", "integer", "number", "boolean", "list", "enum", "size", "tag"])
    .describe("size: a number with k, m, g or t behind it; tag: a text that may be the tag of an image"),
  description: text,
  default: z.union([scalar, z.array(scalar)], "a value of the setting's type").optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  values: z.array(text).optional(),
  refused: z.record(text, text).default({}).describe("values that cannot work, each with the reason"),
  pattern: text.optional().describe("regular expression that the whole text (or each item of a list) must match"),
});

const secretSchema = map({
  generate: map({
    length: z.int("a number of characters").min(1, "at least 1").max(256, "at most 256"),
    alphabet: z.enum(["hex", "base62"]),
    prefix: matching(/^[A-Za-z0-9._-]*$/, "letters, digits, . _ and -").default(""),
    why_short: text.optional().describe("why fewer than 128 bits must do"),
    rotate: z
      .union([z.literal("never"), map({ container: name, command: text })], "never, or { container, command }")
      .optional()
      .describe(
        "what a new value needs besides a restart: never, or a shell command in that container that reads it as a line of its input",
      ),
  }).optional(),
  supplied: map({
    description: text.describe("what it is and where one gets it"),
    optional: z.boolean("true or false").default(false).describe("the service runs without it, too"),
  })
    .optional()
    .describe("the site gives its value: install-quadlets secrets set SERVICE/NAME"),
  compose: text.optional().describe("a text in which references to secrets stand for their values"),
  same_as: matching(/^[a-z0-9-]+\/[a-z0-9_-]+$/, "SERVICE/SECRET").optional(),
});

const portSchema = map({
  host: port,
  container: port,
  bind: z.array(z.enum(["loopback", "tailnet"])).min(1, "at least one of loopback, tailnet"),
  protocols: z
    .array(z.enum(["tcp", "udp"]))
    .min(1, "at least one of tcp, udp")
    .default(["tcp"]),
  socket: z.boolean("true or false").default(false),
  redirect_from: port.optional(),
  twin_of: name
    .optional()
    .describe("the port whose second instance answers here while its container is replaced side by side"),
  consumers: z.array(serviceName).default([]),
  only_for_consumers: z
    .boolean("true or false")
    .default(false)
    .describe("it is there only where a consumer is in the stack"),
});

const routePath = matching(/^\/[A-Za-z0-9._~/-]*$/, "a path that starts with /");

export const serviceSchema = map({
  description: text,
  account: map({
    user: userName,
    home,
    limits: z.record(matching(/^Limit[A-Z]+$/, "a systemd limit, for example LimitNOFILE"), scalar).default({}),
    capabilities: z.array(capability).default([]),
    after: z.array(unitName).default([]),
    groups: z.array(userName).default([]).describe("groups of the host that its programs are in as well"),
  }),
  settings: z.record(name, settingSchema).default({}),
  secrets: z.record(name, secretSchema).default({}),
  directories: z
    .array(
      map({
        path: relativePath,
        owner: owner.default("0:0"),
        mode: mode.default("0750"),
        for_portal: forPortal,
      }),
    )
    .default([]),
  files: z
    .array(
      map({
        template: matching(/^[a-z0-9][a-z0-9._/-]*\.hbs$/, "the path of a .hbs file below templates/"),
        path: relativePath,
        owner: owner.default("0:0"),
        mode: mode.default("0644"),
        restarts: z.array(name).default([]).describe("containers that are restarted when the file changes"),
        reloads: z.array(name).default([]).describe("containers that run their reload command when the file changes"),
        beside: z.array(serviceName).default([]).describe("only where one of these is in the stack"),
        for_portal: forPortal,
      }),
    )
    .default([]),
  ports: z.record(name, portSchema).default({}),
  routes: z
    .array(
      map({
        host: hostLabel,
        port: name,
        paths: z.array(routePath).default([]).describe("what the proxy hands on; without it, everything"),
        body_size: text.optional(),
        read_timeout: seconds.optional(),
        api_key: z
          .boolean("true or false")
          .default(false)
          .describe("a key in the header X-API-Key does what it does in Authorization: Bearer"),
        limits: map({
          requests_per_second: countOrReference,
          burst: countOrReference.describe("so many more may come at once now and then"),
          at_once: countOrReference.describe("requests that are under way"),
        })
          .optional()
          .describe("for each address; what is above is answered by 429"),
        moved: z
          .record(routePath, routePath)
          .default({})
          .describe("paths to read that the service has elsewhere; what a request asks about is left out"),
      }),
    )
    .default([]),
  serves_models: servedSchema.optional().describe("it answers as one of these do, for whoever routes to models"),
  gpu: gpuSettingsSchema.optional().describe("where `gpu` of stack.yaml goes"),
  activity: activitySchema.optional().describe("how it is asked whether anybody uses it, for `idle` of stack.yaml"),
  ...modelsShape,
  terminates_tls: tlsSchema.optional().describe("serves every route of the site with its certificate"),
  apart: z
    .boolean("true or false")
    .default(false)
    .describe("several containers without a pod: each has a network of its own"),
  pod: map({ hosts: z.array(hostLabel).default([]) }).optional(),
  containers: z.record(name, containerSchema).default({}),
  quadlets: z
    .array(quadletPath)
    .default([])
    .describe("unit files that are taken as they are, from the folder beside this file: NAME/web.container"),
  shells: z
    .record(name, shellSchema)
    .default({})
    .describe("programs that people start in its containers, by the word that starts them"),
  logins: z.record(name, loginSchema).default({}).describe("names and passwords that people log in with"),
  decisions: z
    .record(name, decisionSchema)
    .default({})
    .describe("versions that a person reads about before data meet them"),
  backup: backupSchema.optional().describe("what its data are, and how they are made quiet for a backup"),
  ...observedShape,
  ...tracesShape,
  ...askedShape,
});

/** Of one that brings no quadlets along. */
export const containersSchema = serviceSchema.extend({ containers: z.record(name, containerSchema) });

export type WrittenService = z.output<typeof serviceSchema>;
export type SettingDeclaration = z.output<typeof settingSchema>;
