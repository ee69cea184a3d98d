/** Format of one container in a service file. */
import * as z from "zod";
import {
  capability,
  count,
  countOrReference,
  innerPath,
  map,
  matching,
  mode,
  name,
  owner,
  port,
  relativePath,
  scalar,
  seconds,
  serviceName,
  text,
  variable,
} from "./fields.ts";

/** Arguments that appear only when a setting is set, or once per item of a list setting. */
const when = map({ when: name, args: z.array(scalar, "a list of arguments") });
const each = map({ each: name, args: z.array(scalar, "a list of arguments") });
const args = z.array(z.union([scalar, when, each], "a text, { when, args } or { each, args }"), "a list of arguments");

/** A variable that is there only with a setting, beside another service, or where both hold. */
const conditional = map({
  when: name.optional(),
  beside: serviceName
    .optional()
    .describe(
      "only where this service is in the stack, itself or one made from its file; beside.ports.NAME stands for its port",
    ),
  value: scalar,
});

const secretUse = map({
  secret: name,
  env: variable.optional(),
  file: innerPath.optional(),
  owner: owner.optional(),
  mode: mode.optional(),
});

const health = map({
  command: z
    .union([text, z.array(text)], "a shell command, or a list of arguments")
    .describe(
      "must end by itself, also where nobody answers: podman before 5.6 ends no check that exceeds its timeout",
    ),
  interval: count
    .default(50)
    .describe(
      "seconds from the end of a check to the next, once one has succeeded; until then it is asked every two seconds",
    ),
  timeout: count.default(5),
  retries: count.default(2).describe("checks in a row that must fail before the container is killed and started again"),
});

const pattern = text.describe("regular expression that a line of the program's own log fits");

const log = map({
  phases: z
    .array(
      map({
        lines: pattern,
        phase: text.describe("where a start is once such a line was written, in words; a group percent is added to it"),
        silent: count.optional().describe("seconds without another line after which the start counts as stuck"),
        grows: relativePath.optional().describe("a directory in which files change while this goes on"),
      }),
    )
    .default([]),
  troubles: z
    .array(
      map({
        lines: pattern,
        says: text.describe("what is wrong, in words; $<name> stands for what the group of that name found"),
        hint: text.describe("what mends it, to be pasted where that is possible"),
      }),
    )
    .default([]),
  noise: z.array(text).default([]).describe("regular expressions for lines that only health checks cause"),
});

export const containerSchema = map({
  when: name.optional().describe("a setting of the service: without it the container is left out"),
  description: text.optional(),
  image: text,
  image_megabytes: count.optional(),
  nvidia_driver: map({
    at_least: count,
    not_for: text.optional().describe("regular expression for the images that need less"),
    hint: text,
  })
    .optional()
    .describe("what the image needs of the host's NVIDIA driver: its first number"),
  user: matching(/^[0-9]+(:[0-9]+)?$/, 'a user inside the container as "uid:gid"').optional(),
  working_dir: innerPath.optional(),
  entrypoint: args.default([]),
  command: args.default([]),
  environment: z
    .record(variable, z.union([scalar, conditional], "a text, or a value with { when }, { beside } or both"))
    .default({}),
  secrets: z.array(secretUse).default([]),
  mounts: z
    .array(map({ source: relativePath, target: innerPath, read_only: z.boolean("true or false").default(false) }))
    .default([]),
  reads_host: z.array(text).default([]).describe("paths of the host that it sees at the same place, and cannot write"),
  keep_groups: z
    .boolean("true or false")
    .default(false)
    .describe("it is in the groups of its account, for what only they may read of the host"),
  tmpfs: z.array(text).default([]),
  devices: args.default([]),
  health: health.optional(),
  reload: z
    .union([text, z.array(text).min(1, "at least one argument")], "a shell command, or a list of arguments")
    .optional()
    .describe("run inside the container when a file with reloads changes; it must fail where the change is refused"),
  after: z.record(name, z.enum(["healthy", "started", "completed"])).default({}),
  capabilities: z.array(capability).default([]),
  read_only_root: z.boolean("true or false").default(true),
  no_new_privileges: z.boolean("true or false").default(true),
  run_init: z.boolean("true or false").default(false),
  memory: text.optional(),
  pids: countOrReference.default(512),
  shm_size: text.optional(),
  ulimits: z.record(name, scalar).default({}),
  stop_signal: matching(/^SIG[A-Z0-9]+$/, "a signal, for example SIGQUIT").optional(),
  stop_timeout: seconds.default(30),
  start_timeout: seconds.default(300),
  restart: z.enum(["always", "on-failure", "no"]).optional(),
  oneshot: z.boolean("true or false").default(false),
  replace: text
    .default("in-place")
    .describe(
      "in-place, or side-by-side: a second instance answers at the port with twin_of while this one takes over what changed, and nothing that is asked through the proxy fails",
    ),
  listens: z.array(port, "a list of ports").default([]),
  log: log.optional().describe("what the lines mean that the program writes, for svc status"),
});

export type WrittenContainer = z.output<typeof containerSchema>;
