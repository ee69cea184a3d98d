/** What Tailscale knows of this host: whether it is connected, its address and names, and what it serves itself. */
import { tailscaleServeStatus, tailscaleStatus } from "../commands/tailscale.ts";
import type { Command } from "../model/command.ts";
import { isRecord, parseJson, textsOf } from "../model/json.ts";
import type { ServeFact, TailnetFact } from "../model/tailscale.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";
import { isAddress } from "./network.ts";

export async function gatherTailnet(system: System): Promise<TailnetFact> {
  return parseTailnet(await ask(system, tailscaleStatus()));
}

export async function gatherServed(system: System): Promise<ServeFact> {
  return parseServed(await ask(system, tailscaleServeStatus()));
}

/** Empty where it is not installed; a daemon that does not answer in time is as good as none. */
async function ask(system: System, command: Command): Promise<string> {
  if (system.host.findProgram("tailscale") === undefined) return "";
  const answer = await ifReadable(system.runner.probe(command));
  return answer?.exitCode === 0 ? answer.stdout : "";
}

/**
 * {"Version": "1.98.5-t0123", "TUN": true, "BackendState": "Running", "TailscaleIPs": ["100.64.0.1", "fd7a::1"],
 * "Self": {"DNSName": "gpu.tail1234.ts.net."}, "CertDomains": ["gpu.tail1234.ts.net"] or null}
 */
export function parseTailnet(text: string): TailnetFact {
  const value = parseJson(text);
  const status = isRecord(value) ? value : {};
  const running = status["BackendState"] === "Running";
  return {
    running,
    address: running ? textsOf(status["TailscaleIPs"]).find(isAddress) : undefined,
    names: running ? namesIn(status) : [],
    userspace: status["TUN"] === false,
    version: /^\d+\.\d+\.\d+/.exec(String(status["Version"]))?.[0],
  };
}

function namesIn(status: Readonly<Record<string, unknown>>): readonly string[] {
  const self = isRecord(status["Self"]) ? status["Self"]["DNSName"] : undefined;
  const own = typeof self === "string" ? self.replace(/\.$/, "") : "";
  const names = textsOf(status["CertDomains"]).filter(isTailnetName);
  return [...names].sort((a, b) => Number(b === own) - Number(a === own));
}

/**
 * {"TCP": {"443": {"HTTPS": true}}, "Services": {"svc:chat": {...}}, "Foreground": {"SESSION": {"TCP": {...}}}}, all of them
 * optional: what was started without --bg lasts as long as its terminal.
 */
export function parseServed(text: string): ServeFact {
  const value = parseJson(text);
  const whole = isRecord(value) ? value : {};
  const foreground = isRecord(whole["Foreground"]) ? Object.values(whole["Foreground"]).filter(isRecord) : [];
  const keys = (one: unknown) => (isRecord(one) ? Object.keys(one) : []);
  const ports = [whole, ...foreground].flatMap((one) => keys(one["TCP"]).map(Number)).filter(Number.isInteger);
  return { ports: [...new Set(ports)].sort((a, b) => a - b), services: keys(whole["Services"]) };
}

/** It ends up in files of nginx and in arguments: nothing but a plain DNS name is taken. */
export function isTailnetName(name: string): boolean {
  return name.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i.test(name);
}
