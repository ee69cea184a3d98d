/** What templates/quadlet/container.hbs shows: a container of the model with every choice made. */

import type { Container, Mount } from "../model/container.ts";
import { userError } from "../model/diagnostic.ts";
import { isGpu } from "../model/gpu.ts";
import { tellsProgress } from "../model/log-pattern.ts";
import type { Service } from "../model/service.ts";
import type { SecretUse } from "../model/service-secret.ts";
import type { UnitContext } from "./unit-context.ts";
import { type HealthView, healthView } from "./unit-health.ts";
import { containerNames, podNames, portsOf, socketsOf } from "./unit-names.ts";
import { networkOf, publishedPorts } from "./unit-network.ts";
import { type Restarts, restartsOf } from "./unit-restarts.ts";

export interface Variable {
  readonly name: string;
  readonly value: string;
}

export interface ContainerView extends Restarts {
  readonly service: string;
  readonly name: string;
  readonly description: string;
  readonly image: string;
  readonly entrypoint: string | undefined;
  readonly command: readonly string[] | undefined;
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
  readonly environment: readonly Variable[];
  /** Variables that the container takes over from the podman process. */
  readonly inherited: readonly Variable[];
  readonly secrets: readonly string[];
  readonly pod: string | undefined;
  readonly networks: readonly string[];
  readonly publish: readonly string[];
  readonly volumes: readonly string[];
  readonly keepGroups: boolean;
  readonly tmpfs: readonly string[];
  readonly devices: readonly string[];
  readonly capabilities: readonly string[];
  readonly noNewPrivileges: boolean;
  readonly readOnly: boolean;
  readonly pids: number;
  readonly memory: string | undefined;
  readonly shmSize: string | undefined;
  readonly ulimits: readonly string[];
  readonly runInit: boolean;
  readonly stopSignal: string | undefined;
  readonly stopTimeout: number;
  readonly startTimeout: number | "infinity";
  readonly restart: Container["restart"];
  readonly oneshot: boolean;
  readonly health: HealthView | undefined;
  readonly requires: readonly string[];
  readonly wants: readonly string[];
  readonly after: readonly string[];
  readonly bindsTo: readonly string[];
  /** The unit that holds the turn to start, where it has one. */
  readonly turn: string | undefined;
  readonly startsAtBoot: boolean;
  readonly sockets: readonly string[];
}

export function containerView(context: UnitContext, container: Container): ContainerView {
  const { service } = context;
  const pod = podNames(service);
  const network = { ports: portsOf(service, container), listen: context.listen, upstreamPorts: context.upstreamPorts };
  const sockets = socketsOf(service, container);
  const order = dependencies(service, container);
  const usesGpu = container.devices.some(isGpu);
  const { turn, awake: held } = context.locks ?? {};
  const turns = turn !== undefined && usesGpu ? [turn.unit] : [];
  // A member of a pod goes with its pod.
  const awake = held !== undefined && pod === undefined ? [held.unit] : [];
  return {
    service: service.name,
    name: container.unit,
    description: container.description,
    image: container.image,
    // A JSON array: the only form of --entrypoint that takes more than one word.
    entrypoint: container.entrypoint.length === 0 ? undefined : JSON.stringify(container.entrypoint),
    command: container.command.length === 0 ? undefined : container.command,
    user: container.user,
    workingDir: container.workingDir,
    ...splitEnvironment(container),
    secrets: container.secrets.map((use) => secretOption(use, context.secretName(use.secret))),
    pod: pod?.fileName,
    networks: pod === undefined ? [networkOf(network)] : [],
    publish: pod === undefined ? publishedPorts(network) : [],
    volumes: [...container.mounts.map(volumeOption), ...container.hostReads.map((path) => `${path}:${path}:ro`)],
    keepGroups: container.keepGroups,
    tmpfs: container.tmpfs,
    devices: container.devices,
    capabilities: container.capabilities,
    noNewPrivileges: container.noNewPrivileges,
    readOnly: container.readOnlyRoot,
    pids: container.pids,
    memory: container.memory,
    // Members share the /dev/shm of their pod.
    shmSize: pod === undefined ? container.shmSize : undefined,
    ulimits: Object.entries(container.ulimits).map(([name, value]) => `${name}=${value}`),
    runInit: container.runInit,
    stopSignal: container.stopSignal,
    stopTimeout: container.stopTimeoutSeconds,
    ...restartsOf(container, usesGpu),
    startTimeout: tellsProgress(container.log) && !container.oneshot ? "infinity" : container.startTimeoutSeconds,
    // systemd refuses Restart=always for a oneshot.
    restart: container.oneshot && container.restart === "always" ? "on-failure" : container.restart,
    oneshot: container.oneshot,
    health: healthView(container),
    requires: [...sockets, ...order.requires],
    wants: [...order.wants, ...turns],
    after: [...sockets, ...order.requires, ...order.wants, ...awake, ...turns],
    bindsTo: awake,
    turn: turns[0],
    startsAtBoot: pod === undefined && service.swap?.isDefault !== false,
    sockets,
  };
}

/**
 * Requires= only after a oneshot: its result must be there. Otherwise Wants=: with Requires= a restart of a database would
 * restart everything above it, and a failed first start would leave it down for good.
 */
function dependencies(
  service: Service,
  container: Container,
): { requires: readonly string[]; wants: readonly string[] } {
  const named = container.after.map(({ container: name, condition }) => {
    const first = service.containers.find((candidate) => candidate.name === name);
    if (first === undefined)
      throw userError("cannot-be-written", `${container.unit}: there is no container "${name}" to come after`);
    return { unit: containerNames(first).unit, required: condition === "completed" };
  });
  return {
    requires: named.filter((first) => first.required).map((first) => first.unit),
    wants: named.filter((first) => !first.required).map((first) => first.unit),
  };
}

/**
 * `podman run --env` turns \r\n into \n (seen with 5.4.2), so such a value goes through podman's own environment. Not with a
 * name that podman itself obeys.
 */
function splitEnvironment(container: Container): Pick<ContainerView, "environment" | "inherited"> {
  const all = Object.entries(container.environment).map(([name, value]) => ({ name, value }));
  const inherited = all.filter(({ value }) => value.includes("\r\n"));
  for (const { name } of inherited) {
    if (
      /^(PATH|HOME|USER|LANG|TZ|TMPDIR|LISTEN_.*|XDG_.*|LD_.*|GO.*|LC_.*|SSL_.*|[A-Z_]*(PODMAN|CONTAINER|STORAGE|SYSTEMD|DBUS|NOTIFY|REGISTR|PROXY).*)$/i.test(
        name,
      )
    ) {
      throw userError(
        "cannot-be-written",
        `${container.unit}: the value of ${name} holds \\r\\n, which podman cannot pass on under that name`,
      );
    }
  }
  return { environment: all.filter((variable) => !inherited.includes(variable)), inherited };
}

function volumeOption(mount: Mount): string {
  for (const path of [mount.source, mount.target]) {
    if (path.includes(":"))
      throw userError("cannot-be-written", `the mount path ${path} holds a colon`, "podman splits there");
  }
  return `${mount.source}:${mount.target}${mount.readOnly ? ":ro" : ""}`;
}

function secretOption(use: SecretUse, name: string): string {
  const { as } = use;
  const options =
    as.kind === "env"
      ? ["type=env", `target=${as.name}`]
      : ["type=mount", `target=${as.path}`, `uid=${as.owner.uid}`, `gid=${as.owner.gid}`, `mode=${as.mode}`];
  for (const option of [name, ...options]) {
    if (option.includes(","))
      throw userError("cannot-be-written", `the secret option ${option} holds a comma`, "podman splits there");
  }
  return [name, ...options].join(",");
}
