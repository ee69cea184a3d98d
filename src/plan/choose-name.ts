/** This host's name in the tailnet, where a route is to answer to it: Tailscale's word, or the last one while it is away. */
import type { HostFacts } from "../model/facts.ts";
import type { Address } from "../model/names.ts";
import type { Stack } from "../model/service.ts";
import { isTailscales } from "../model/tailscale.ts";
import type { Finding } from "./preflight.ts";

type Named = { readonly certificate: Pick<Stack["certificate"], "tailscale"> };

/** Undefined where no name is asked for. */
export function chooseName(
  { certificate: { tailscale } }: Named,
  address: Address,
  { tailnet, decided }: Pick<HostFacts, "tailnet" | "decided">,
): string | Finding | undefined {
  if (tailscale === undefined) return undefined;
  const { at } = tailscale;
  if (!isTailscales(address)) {
    const message = `the name leads to the Tailscale address of this host, but its services listen on ${address}`;
    return { message, hint: "set listen to auto, or leave tailscale out", at };
  }
  const [name] = tailnet.names;
  if (name !== undefined) return name;
  if (tailnet.running) {
    return { message: "Tailscale gets no certificates for this host", hint: HOW_TO_ENABLE, at };
  }
  const unknown = {
    message: "Tailscale does not say what this host is called",
    hint: "tailscale status; tailscale up",
  };
  return decided?.tailscaleName ?? { ...unknown, at };
}

const HOW_TO_ENABLE =
  "enable HTTPS certificates on the DNS page of Tailscale's admin console (https://login.tailscale.com/admin/dns); names that get one are published in certificate transparency logs";
