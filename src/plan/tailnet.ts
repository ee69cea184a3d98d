/** Ways in which Tailscale itself would go past the rules of who may call what, or stand in front of our services. */
import type { HostFacts } from "../model/facts.ts";
import type { Stack } from "../model/service.ts";
import type { ServeFact, TailnetFact } from "../model/tailscale.ts";
import type { Finding } from "./preflight.ts";

export function tailnetFindings(
  { services }: Pick<Stack, "services">,
  { tailnet, served }: Pick<HostFacts, "tailnet" | "served">,
): readonly Finding[] {
  return [...userspace(tailnet), ...forwarded(tailnet, served), ...shadowed(services, served)];
}

/** It connects every call for the tailnet address to 127.0.0.1, as root (tailscale wgengine/netstack). */
function userspace({ userspace }: TailnetFact): readonly Finding[] {
  if (!userspace) return [];
  const message =
    "tailscaled runs in userspace mode: whoever is in the tailnet reaches every loopback port of this host through it";
  return [{ message, hint: "start tailscaled with its network interface: without --tun=userspace-networking" }];
}

/** Ports of a Service's address that nobody serves led to 127.0.0.1 until then (commit a68be1973). */
function forwarded({ version }: TailnetFact, { services }: ServeFact): readonly Finding[] {
  if (services.length === 0 || version === undefined || !isLeaky(version)) return [];
  const message = `Tailscale ${version} hands calls for the Services of this host (${services.join(", ")}) on to its loopback ports`;
  return [
    { message, hint: "update Tailscale to 1.98.9, or to 1.102 or newer; or end them: tailscale serve clear NAME" },
  ];
}

/** Services came with 1.88; mended in 1.98.9 and from 1.102.0 on, which 1.100 is not. */
function isLeaky(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (major !== 1 || minor >= 102) return false;
  return !(minor === 98 && patch >= 9);
}

/** tailscaled takes what arrives from the tailnet before the kernel sees it. */
function shadowed(services: Stack["services"], { ports }: ServeFact): readonly Finding[] {
  return services.flatMap((service) =>
    service.ports
      .filter((port) => port.bind.includes("tailnet") && ports.includes(port.redirectFrom ?? port.host))
      .map((port): Finding => {
        const number = port.redirectFrom ?? port.host;
        const message = `tailscale serve answers port ${number} of this host: nobody in the tailnet would reach ${service.name} there`;
        const own = `services.${service.name}.ports.${port.name} in /etc/install-quadlets/stack.yaml`;
        return { message, hint: `tailscale serve --tcp=${number} off, or --https=${number} off; or set ${own}` };
      }),
  );
}
