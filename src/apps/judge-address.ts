/** Whether anybody outside reaches what a service opens for them: its units may be well, and the address of the site gone. */
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { isTailscales } from "../model/tailscale.ts";
import type { Judgement } from "./signs.ts";

/** `addresses` are those of the interfaces that are up. */
export function judgeAddress(
  { ports }: Pick<IndexedService, "ports">,
  { address }: Pick<ServiceIndex, "address">,
  addresses: readonly string[],
): Judgement | undefined {
  const isForOthers = ports.some(({ bind }) => bind.includes("tailnet"));
  if (!isForOthers || addresses.includes(address)) return undefined;
  const hint = isTailscales(address)
    ? "sudo tailscale up"
    : "bring the interface up that has it; ip -brief address lists what this host has";
  return { word: "degraded", sentence: `nobody outside reaches it: this host has no address ${address} now`, hint };
}
