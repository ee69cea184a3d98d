/** A service as the unit files of its user: one .container each, the .pod, and a .socket per port that systemd listens on. */

import type { Container } from "../model/container.ts";
import type { Port, Service } from "../model/service.ts";
import { parseSize } from "../model/size.ts";
import { adaptUnitOrThrow } from "../quadlet/adapt.ts";
import { variablesOf } from "../quadlet/escape.ts";
import { parseUnit } from "../quadlet/parse.ts";
import { addEntries } from "../quadlet/unit-file.ts";
import { writeUnit } from "../quadlet/write.ts";
import { renderTemplate } from "./handlebars.ts";
import { refuseLostUnits } from "./unit-check.ts";
import type { UnitContext } from "./unit-context.ts";
import { containerNames, podNames, portOwner, socketNames, type UnitNames } from "./unit-names.ts";
import { addressOf, networkOf, publishedPorts } from "./unit-network.ts";
import { containerView } from "./unit-view.ts";

export interface RenderedUnit {
  readonly fileName: string;
  /** What systemd calls it: "opik-mysql.service", "opik-pod.service". */
  readonly unit: string;
  readonly content: string;
  readonly kind: "container" | "pod" | "oneshot" | "socket";
  readonly podUnit: string | undefined;
  /** Units of the same user that start before it. */
  readonly after: readonly string[];
  /** Of the instance that serves while this one is replaced. */
  readonly twin?: UnitNames & { readonly content: string };
}

export function renderUnits(context: UnitContext): readonly RenderedUnit[] {
  const { service } = context;
  const sockets = service.ports.filter((port) => port.socket).map((port) => renderSocket(context, port));
  const units = [...sockets, ...renderPod(context), ...renderContainers(context)];
  refuseLostUnits(units, context.podmanVersion);
  return units;
}

function renderContainers(context: UnitContext): readonly RenderedUnit[] {
  const podUnit = podNames(context.service)?.unit;
  return context.service.containers.map((container) => {
    const names = containerNames(container);
    const view = containerView(context, container);
    return {
      ...names,
      content: renderUnit(context, "quadlet/container.hbs", names.fileName, view),
      kind: container.oneshot ? "oneshot" : "container",
      podUnit,
      after: [...(podUnit === undefined ? [] : [podUnit]), ...view.after],
      ...(container.twin && { twin: renderTwin(context, { ...container, ...container.twin }) }),
    };
  });
}

/** It is there for a short time, and no boot is to start it. */
function renderTwin(context: UnitContext, twin: Container): NonNullable<RenderedUnit["twin"]> {
  const names = containerNames(twin);
  const view = { ...containerView(context, twin), startsAtBoot: false };
  return { ...names, content: renderUnit(context, "quadlet/container.hbs", names.fileName, view) };
}

function renderPod(context: UnitContext): readonly RenderedUnit[] {
  const { service } = context;
  const names = podNames(service);
  if (service.pod === undefined || names === undefined) return [];
  const network = { ports: service.ports, listen: context.listen, upstreamPorts: context.upstreamPorts };
  const view = {
    service: service.name,
    description: `${service.description} (pod)`,
    name: service.pod.name,
    networks: [networkOf(network)],
    publish: publishedPorts(network),
    hosts: service.pod.hosts.map((host) => `${host}:127.0.0.1`),
    shmSize: largestShm(service),
    bindsTo: context.locks?.awake === undefined ? [] : [context.locks.awake.unit],
    startsAtBoot: service.swap?.isDefault !== false,
  };
  return [
    {
      ...names,
      content: renderUnit(context, "quadlet/pod.hbs", names.fileName, view),
      kind: "pod",
      podUnit: undefined,
      after: [],
    },
  ];
}

function renderSocket(context: UnitContext, port: Port): RenderedUnit {
  const { service, listen } = context;
  const names = socketNames(service, port);
  const owner = portOwner(service, port);
  const addresses = port.bind.map((bind) => `${addressOf(bind, listen)}:${port.host}`);
  const view = {
    service: service.name,
    description: `${service.description}: ${port.name}`,
    user: service.account.user,
    streams: port.protocols.includes("tcp") ? addresses : [],
    datagrams: port.protocols.includes("udp") ? addresses : [],
    unit: owner === undefined ? "" : containerNames(owner).unit,
  };
  const content = renderUnit(context, "quadlet/socket.hbs", names.fileName, view);
  return { ...names, content, kind: "socket", podUnit: undefined, after: [] };
}

/** Template, then the variables that its values need, then what this podman does not know yet. */
function renderUnit(context: UnitContext, template: string, fileName: string, view: object): string {
  const written = renderTemplate(context.templates(template), view);
  const unit = parseUnit(written, fileName);
  const complete = addEntries(unit, "Service", "Environment", variablesOf(written));
  return writeUnit(adaptUnitOrThrow(complete, fileName, context.podmanVersion));
}

/** Members of a pod share its /dev/shm: the largest wish counts. */
function largestShm(service: Service): string | undefined {
  const sizes = service.containers.flatMap((container) => container.shmSize ?? []);
  return sizes.toSorted((a, b) => parseSize(b) - parseSize(a))[0];
}
