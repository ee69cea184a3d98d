/** What Tailscale knows of this host: whether it is connected, and the names that it gets certificates for. */
import { tailscaleStatus } from "../commands/tailscale.ts";
import { UserError } from "../model/diagnostic.ts";
import type { TailnetFact } from "../model/tailscale.ts";
import type { System } from "../system/interfaces.ts";
import { isRecord, parseJson, textsOf } from "./user-stores.ts";

const DOWN: TailnetFact = { running: false, names: [] };

/** A daemon that does not answer in time is as good as none. */
export async function gatherTailnet(system: System): Promise<TailnetFact> {
  if (system.host.findProgram("tailscale") === undefined) return DOWN;
  try {
    const { exitCode, stdout } = await system.runner.probe(tailscaleStatus());
    return exitCode === 0 ? parseTailnet(stdout) : DOWN;
  } catch (error) {
    if (error instanceof UserError) return DOWN;
    throw error;
  }
}

/** {"BackendState": "Running", "Self": {"DNSName": "gpu.tail1234.ts.net."}, "CertDomains": ["gpu.tail1234.ts.net"] or null} */
export function parseTailnet(text: string): TailnetFact {
  const value = parseJson(text);
  if (!isRecord(value) || value["BackendState"] !== "Running") return DOWN;
  const self = isRecord(value["Self"]) ? value["Self"]["DNSName"] : undefined;
  const own = typeof self === "string" ? self.replace(/\.$/, "") : "";
  const names = textsOf(value["CertDomains"]).filter(isTailnetName);
  return { running: true, names: [...names].sort((a, b) => Number(b === own) - Number(a === own)) };
}

/** It ends up in files of nginx and in arguments: nothing but a plain DNS name is taken. */
export function isTailnetName(name: string): boolean {
  return name.length <= 253 && /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i.test(name);
}
