/** PublishPort= of a quadlet, as far as the rules for ports and the firewall can know it. */
import type { Bind, Protocol } from "../model/service.ts";
import { all, unquoted } from "../rules/lookup.ts";
import type { Context } from "../rules/rule.ts";
import type { Entry, Unit } from "../rules/unit-set.ts";

/** One port at one address, or why nobody can tell which. */
export type Published = { readonly entry: Entry } & (
  | {
      readonly address: string;
      readonly bind: Bind;
      readonly host: number;
      readonly container: number;
      readonly protocol: Protocol;
    }
  | { readonly problem: string; readonly hint: string }
);

const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;
export const LOOPBACK = "127.0.0.1";

export function publishedBy(unit: Unit, context: Context): readonly Published[] {
  return all(unit, "PublishPort")
    .filter(({ value }) => value !== "")
    .map((entry) => ({ entry, ...readPort(unquoted(entry.value, context)) }));
}

type Known = Omit<Extract<Published, { address: string }>, "entry">;

function readPort(value: string): Known | { readonly problem: string; readonly hint: string } {
  const problem = (text: string, hint: string) => ({ problem: text, hint });
  const found = /^(?:(.*):)?(\d*):(\d+)(?:\/(tcp|udp))?$/i.exec(value);
  const one = "write one line for each port: PublishPort=127.0.0.1:8080:80";
  if (/[%$]/.test(value)) return problem("only systemd knows which port that is", one);
  if (/\d-\d/.test(value)) return problem("is a range of ports", one);
  if (/^\d+(\/[a-z]+)?$/i.test(value) || found?.[2] === "")
    return problem("takes a port of the host by chance", `${one}, with the host's port in the middle`);
  if (found === null)
    return problem("cannot be told apart into address, port of the host and port of the container", one);
  const [, address = "", host, container, protocol = "tcp"] = found;
  if (address === "" || address === "0.0.0.0" || address === "[::]" || address === "*") {
    const rest = `${host}:${container}${protocol.toLowerCase() === "udp" ? "/udp" : ""}`;
    return problem(
      "answers at every address of this host",
      `PublishPort=${LOOPBACK}:${rest} for this host; the address of the tailnet in its place for the tailnet`,
    );
  }
  if (!V4.test(address) || (address.startsWith("127.") && address !== LOOPBACK))
    return problem(`${address} is neither ${LOOPBACK} nor an IPv4 address of the tailnet`, one);
  return {
    address,
    bind: address === LOOPBACK ? "loopback" : "tailnet",
    host: Number(host),
    container: Number(container),
    protocol: protocol.toLowerCase() as Protocol,
  };
}
