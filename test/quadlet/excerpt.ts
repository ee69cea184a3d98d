/** Fills in what a case does not care about: an excerpt of a service becomes a whole one. */

import type { Container } from "../../src/model/container.ts";
import type { AbsolutePath, ServiceName, UserName } from "../../src/model/names.ts";
import type { Port, Service } from "../../src/model/service.ts";

type Excerpt<T> = { readonly [K in keyof T]?: T[K] | undefined };

export interface ServiceExcerpt extends Omit<Excerpt<Service>, "containers" | "ports"> {
  readonly containers?: readonly Excerpt<Container>[];
  readonly ports?: readonly Excerpt<Port>[];
}

export function completeService(excerpt: ServiceExcerpt): Service {
  const name = excerpt.name ?? ("demo" as ServiceName);
  return {
    name,
    description: `The service ${name}`,
    from: name,
    account: {
      user: `${name}-user` as UserName,
      home: `/var/lib/${name}` as AbsolutePath,
      limits: {},
      capabilities: [],
      after: [],
      groups: [],
    },
    settings: {},
    directories: [],
    files: [],
    secrets: [],
    routes: [],
    terminatesTls: undefined,
    engine: undefined,
    routesModels: undefined,
    pod: undefined,
    metrics: [],
    scrapes: undefined,
    ...excerpt,
    ports: (excerpt.ports ?? []).map(completePort),
    containers: (excerpt.containers ?? []).map(completeContainer),
  } as Service;
}

function completePort(excerpt: Excerpt<Port>): Port {
  return {
    name: "web",
    host: 8080,
    container: 8080,
    bind: ["loopback"],
    protocols: ["tcp"],
    socket: false,
    redirectFrom: undefined,
    consumers: [],
    ...excerpt,
  } as Port;
}

function completeContainer(excerpt: Excerpt<Container>): Container {
  return {
    unit: excerpt.name ?? "demo",
    name: "demo",
    description: `The container ${excerpt.name ?? "demo"}`,
    image: "docker.io/library/demo:1",
    entrypoint: [],
    command: [],
    user: undefined,
    workingDir: undefined,
    environment: {},
    secrets: [],
    mounts: [],
    hostReads: [],
    keepGroups: false,
    tmpfs: [],
    devices: [],
    health: undefined,
    after: [],
    capabilities: [],
    readOnlyRoot: true,
    noNewPrivileges: true,
    runInit: false,
    memory: undefined,
    pids: 512,
    shmSize: undefined,
    ulimits: {},
    stopSignal: undefined,
    stopTimeoutSeconds: 10,
    startTimeoutSeconds: 60,
    restart: "always",
    oneshot: false,
    listens: [],
    ...excerpt,
  } as Container;
}
