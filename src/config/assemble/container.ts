/** One container of a service file as the model has it. */

import type { Container, NvidiaDriver } from "../../model/container.ts";
import type { Health } from "../../model/health.ts";
import type { SecretUse } from "../../model/service-secret.ts";
import type { Path } from "../node.ts";
import { compilePattern } from "../pattern.ts";
import { keySpotAt, spotAt } from "../report.ts";
import type { WrittenContainer } from "../schema/container.ts";
import { buildEnvironment } from "./environment.ts";
import {
  type Builder,
  HOST_PATH,
  IMAGE,
  innerOwner,
  LIMIT,
  readArguments,
  readCommand,
  readInteger,
  readMatching,
  readOptionalText,
  readText,
  SIZE,
} from "./fields.ts";
import { buildLog } from "./log.ts";
import { below } from "./paths.ts";
import { traceArguments } from "./tracer.ts";

export function buildContainer(builder: Builder, name: string, written: WrittenContainer, unit: string): Container {
  const path = ["containers", name];
  const at = (...rest: Path): Path => [...path, ...rest];
  return {
    unit,
    name,
    description: readOptionalText(builder, at("description")) ?? `${builder.draft.written.description}: ${name}`,
    image: readMatching(builder, at("image"), ...IMAGE) ?? "",
    imageMegabytes: written.image_megabytes,
    nvidiaDriver: buildDriver(builder, written, path),
    entrypoint: readArguments(builder, at("entrypoint")),
    command: [...readArguments(builder, at("command")), ...traceArguments(builder, name)],
    user: written.user,
    workingDir: written.working_dir,
    environment: buildEnvironment(builder, name, written),
    secrets: written.secrets.map((use, index) => buildSecretUse(builder, use, at("secrets", index))),
    mounts: written.mounts.map(({ source, target, read_only }) => ({
      source: below(builder.draft.home, source),
      target,
      readOnly: read_only,
    })),
    hostReads: written.reads_host.flatMap(
      (_, index) => readMatching(builder, at("reads_host", index), ...HOST_PATH) ?? [],
    ),
    keepGroups: written.keep_groups,
    tmpfs: written.tmpfs.map((_, index) => readText(builder, at("tmpfs", index))),
    devices: readArguments(builder, at("devices")),
    health: written.health === undefined ? undefined : buildHealth(builder, written.health, at("health")),
    reload: written.reload === undefined ? undefined : readCommand(builder, written.reload, at("reload")),
    after: Object.entries(written.after).map(([container, condition]) => ({ container, condition })),
    capabilities: written.capabilities,
    readOnlyRoot: written.read_only_root,
    noNewPrivileges: written.no_new_privileges,
    runInit: written.run_init,
    memory: readMatching(builder, at("memory"), ...SIZE),
    pids: readInteger(builder, at("pids"), written.pids),
    shmSize: readMatching(builder, at("shm_size"), ...SIZE),
    ulimits: Object.fromEntries(
      Object.keys(written.ulimits).map((limit) => [limit, readMatching(builder, at("ulimits", limit), ...LIMIT) ?? ""]),
    ),
    stopSignal: written.stop_signal,
    stopTimeoutSeconds: readInteger(builder, at("stop_timeout"), written.stop_timeout),
    startTimeoutSeconds: readInteger(builder, at("start_timeout"), written.start_timeout),
    restart: written.restart ?? (written.oneshot ? "no" : "always"),
    oneshot: written.oneshot,
    listens: written.listens,
    log: buildLog(builder, written.log, at("log")),
    twin: undefined,
  };
}

function buildDriver(builder: Builder, written: WrittenContainer, path: Path): NvidiaDriver | undefined {
  if (written.nvidia_driver === undefined) return undefined;
  const { at_least: atLeast, not_for: pattern } = written.nvidia_driver;
  const place = [...path, "nvidia_driver"];
  const image = readOptionalText(builder, [...path, "image"]) ?? "";
  if (pattern !== undefined) {
    const exempt = compilePattern(pattern);
    if (exempt === undefined)
      builder.report(spotAt(builder.draft.file, [...place, "not_for"]), "is not a regular expression");
    else if (exempt.test(image)) return undefined;
  }
  return { atLeast, hint: readText(builder, [...place, "hint"]) };
}

function buildSecretUse(builder: Builder, use: WrittenContainer["secrets"][number], path: Path): SecretUse {
  const { report, draft } = builder;
  if ((use.env === undefined) === (use.file === undefined)) {
    report(spotAt(draft.file, path), "wanted one of env and file", "env: VARIABLE, or file: /run/secrets/NAME");
  }
  if (use.file === undefined) {
    if (use.owner !== undefined || use.mode !== undefined) {
      report(keySpotAt(draft.file, path), "owner and mode are for a secret that is a file");
    }
    return { secret: use.secret, as: { kind: "env", name: use.env ?? "" } };
  }
  const owner = innerOwner(use.owner ?? "0:0");
  return { secret: use.secret, as: { kind: "file", path: use.file, owner, mode: use.mode ?? "0400" } };
}

function buildHealth(builder: Builder, health: NonNullable<WrittenContainer["health"]>, path: Path): Health {
  const command = [...path, "command"];
  return {
    command: typeof health.command === "string" ? readText(builder, command) : readArguments(builder, command),
    intervalSeconds: health.interval,
    timeoutSeconds: health.timeout,
    retries: health.retries,
  };
}
