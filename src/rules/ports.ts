/** What PublishPort= takes. */
import { all } from "./lookup.ts";
import { isAddress } from "./podman-values.ts";
import type { Entry, Unit } from "./unit-set.ts";

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** [[ADDRESS:]HOST-PORT:]PORT[/PROTOCOL]; undefined where it is right. */
export function portFault(value: string): string | undefined {
  const found = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]*):)?(?:([^:/]*):)?([^:/]+)(?:\/([a-z]+))?$/i.exec(value);
  if (found === null) return "[[ADDRESS:]HOST:]CONTAINER[/tcp or /udp]";
  const [, first, second, target = "", protocol] = found;
  const host = second ?? (first?.startsWith("[") === true || first === undefined ? "" : V4.test(first) ? "" : first);
  const address = second === undefined ? (V4.test(first ?? "") ? first : undefined) : first;
  if (protocol !== undefined && !/^(tcp|udp|sctp)$/i.test(protocol)) return "the protocol is tcp, udp or sctp";
  const ranges = [host, target].map((text) => (text === "" ? undefined : /^(\d+)(?:-(\d+))?$/.exec(text)));
  if (ranges.includes(null as never)) return "ports are numbers, or FIRST-LAST";
  const [from, to] = ranges.map((range) => (range ? [Number(range[1]), Number(range[2] ?? range[1])] : undefined));
  if (
    [from, to].some(
      (range) => range?.some((port) => port > 65535) || (range !== undefined && (range[0] ?? 0) > (range[1] ?? 0)),
    )
  ) {
    return "ports go up to 65535, and ranges upwards";
  }
  if (to?.includes(0)) return "the port in the container is above 0";
  const size = (range: readonly number[] | undefined): number =>
    range === undefined ? 0 : (range[1] ?? 0) - (range[0] ?? 0);
  if (from !== undefined && size(from) !== size(to) && size(to) > 0) return "both ranges have one length";
  const plain = address?.replace(/^\[|\]$/g, "") ?? "";
  return plain !== "" && !isAddress(plain) ? "the address is one of the host, and no name" : undefined;
}

export function hasPublished(unit: Unit): readonly Entry[] {
  return all(unit, "PublishPort").filter((entry) => entry.value !== "");
}
