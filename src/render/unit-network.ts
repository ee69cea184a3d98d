/** Network= and PublishPort= of a service: pasta alone, so that programs see the client's address. */
import type { Bind, Port } from "../model/service.ts";

export interface NetworkInput {
  readonly ports: readonly Port[];
  readonly listen: string;
  readonly upstreamPorts: readonly number[];
}

/**
 * pasta in one line, as podman refuses to combine it with other networks. `-T,PORT` lets the container reach that port on the
 * host's loopback as its own 127.0.0.1:PORT; --freebind takes the tailnet address before tailscaled has set it.
 */
export function networkOf(input: NetworkInput): string {
  const published = ours(input);
  const options = [
    ...input.upstreamPorts.map((port) => `-T,${port}`),
    ...(published.some((port) => port.bind.includes("tailnet")) ? ["--freebind"] : []),
  ];
  return options.length === 0 ? "pasta" : `pasta:${options.join(",")}`;
}

/** "127.0.0.1:8000:8000"; a port that systemd listens on is none of podman's business. */
export function publishedPorts(input: NetworkInput): readonly string[] {
  return ours(input).flatMap((port) =>
    port.bind.flatMap((bind) =>
      port.protocols.map((protocol) => {
        const address = addressOf(bind, input.listen);
        return `${address}:${port.host}:${port.container}${protocol === "udp" ? "/udp" : ""}`;
      }),
    ),
  );
}

/** Neither what systemd listens at nor what a quadlet of the service publishes. */
function ours({ ports }: NetworkInput): readonly Port[] {
  return ports.filter((port) => !port.socket && port.byQuadlet !== true);
}

export function addressOf(bind: Bind, listen: string): string {
  return bind === "loopback" ? "127.0.0.1" : listen;
}
