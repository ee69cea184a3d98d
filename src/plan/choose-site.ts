/** What a stack leaves to the host: the address, its network interface, the operators. Decided once, then kept. */
import type { AccountFact, HostFacts } from "../model/facts.ts";
import type { Address } from "../model/names.ts";
import type { Stack } from "../model/service.ts";
import { isTailscales } from "../model/tailscale.ts";
import type { Finding } from "./preflight.ts";

/** What Tailscale calls its interface on Linux. */
const TAILSCALE_INTERFACE = "tailscale0";

type Listening = Pick<Stack, "listen"> & { readonly written: Pick<Stack["written"], "listen"> };

/** The address that everything facing the tailnet listens on, or why there is none. */
export function chooseAddress(stack: Listening, host: HostFacts): Address | Finding {
  if (stack.listen === "auto") return host.tailnet.address ?? lastAddress(host) ?? noAddress();
  const wanted = stack.listen as Address;
  if (host.addresses.includes(wanted)) return wanted;
  // Tailscale has not set it yet, or is down: the sockets wait for it.
  if (isTailscales(wanted) && host.tailnet.address === undefined) return wanted;
  const at = { at: stack.written.listen };
  if (isTailscales(wanted)) {
    const message = `${wanted} is not the Tailscale address of this host`;
    return { message, hint: `it is ${host.tailnet.address}; auto takes whatever it is`, ...at };
  }
  const message = `${wanted} is not an address of this host`;
  return { message, hint: `this host has ${host.addresses.join(", ")}; auto is Tailscale's`, ...at };
}

/** While Tailscale is down the address of the last run stands. */
function lastAddress({ decided }: HostFacts): Address | undefined {
  return decided?.address !== undefined && isTailscales(decided.address) ? decided.address : undefined;
}

function noAddress(): Finding {
  return {
    message: "this host has no Tailscale IPv4 address",
    hint: "run `tailscale up`, or set `listen` to an address of this host in /etc/install-quadlets/stack.yaml",
  };
}

export function chooseInterface(stack: Pick<Stack, "interface">, address: Address, host: HostFacts): string {
  if (stack.interface !== "auto") return stack.interface;
  const last = host.decided?.address === address ? host.decided.interface : undefined;
  return host.interfaces.get(address) ?? last ?? TAILSCALE_INTERFACE;
}

type Operated = Pick<Stack, "operators"> & { readonly written: Pick<Stack["written"], "operators"> };

/**
 * The people who may call every loopback port. Named in the stack, or else whoever ran sudo at the first run: that is
 * remembered, so that the rules do not change with who looks.
 */
export function chooseOperators(
  stack: Operated,
  host: HostFacts,
): { readonly operators: readonly AccountFact[]; readonly findings: readonly Finding[] } {
  const accountOf = (user: string) => host.accounts.find((account) => account.user === user);
  if (stack.operators === "auto") {
    const names = host.decided?.operators ?? (host.sudoUser === undefined ? [] : [host.sudoUser]);
    return { operators: names.flatMap((name) => accountOf(name) ?? []), findings: [] };
  }
  const findings = stack.operators.flatMap((name, index): Finding[] => {
    const at = stack.written.operators[index];
    if (accountOf(name) !== undefined) return [];
    const hint = "operators are users who log in on it";
    return [{ message: `this host has no user named ${name}`, hint, ...(at === undefined ? {} : { at }) }];
  });
  return { operators: stack.operators.flatMap((name) => accountOf(name) ?? []), findings };
}
