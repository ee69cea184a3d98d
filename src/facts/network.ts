/** Addresses of this host and the name servers that it uses. */
import { isIPv4 } from "node:net";
import type { Address } from "../model/names.ts";
import type { System } from "../system/interfaces.ts";

/** systemd-resolved's own file: the servers behind its stub. */
const RESOLVED_SERVERS = "/run/systemd/resolve/resolv.conf";

export function gatherAddresses(system: System): readonly Address[] {
  return system.host.addresses().filter(isAddress);
}

/** The servers that answer, not the local stub: a container does not reach 127.0.0.53 of the host. */
export function gatherNameservers(system: System): readonly string[] {
  const servers = parseNameservers(system.host.readTrusted("/etc/resolv.conf") ?? "");
  if (!servers.some(isStub)) return servers;
  const behind = parseNameservers(system.host.readTrusted(RESOLVED_SERVERS) ?? "");
  return [...behind, ...servers.filter((server) => !isStub(server))];
}

/** "nameserver 9.9.9.9", also with a comment behind it. */
export function parseNameservers(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const server = /^\s*nameserver\s+([^\s#;]+)/.exec(line)?.[1];
    return server === undefined ? [] : [server];
  });
}

function isStub(server: string): boolean {
  return server === "127.0.0.53" || server === "127.0.0.54";
}

export function isAddress(text: string): text is Address {
  return isIPv4(text);
}
