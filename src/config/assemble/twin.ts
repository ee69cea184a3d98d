/** Containers that are replaced side by side: the second instance of each, and how requests are led to it. */
import type { Container } from "../../model/container.ts";
import type { Detour } from "../../model/tls-end.ts";
import { findIn, type Lookup } from "../interpolate.ts";
import type { WrittenContainer } from "../schema/container.ts";
import { buildContainer } from "./container.ts";
import { type Builder, readCommand, readMatching } from "./fields.ts";

const WAYS = [/^(in-place|side-by-side)$/, "in-place or side-by-side"] as const;

/** In it `${listens.NAME}` is where this instance answers for a port. */
export function buildWithTwin(builder: Builder, name: string, written: WrittenContainer, unit: string): Container {
  const { ports } = builder.draft.written;
  const own = Object.fromEntries(Object.entries(ports).map(([port, { container }]) => [port, container]));
  const moved = Object.values(ports).flatMap(({ twin_of: port, container }) =>
    port === undefined || !Object.hasOwn(own, port) ? [] : [[port, container] as const],
  );
  const container = buildContainer(listening(builder, own), name, written, unit);
  const replace = readMatching(builder, ["containers", name, "replace"], ...WAYS) ?? written.replace;
  if (replace !== "side-by-side") return container;
  const others = { ...own, ...Object.fromEntries(moved) };
  // What is wrong with it is wrong with the first as well, and was told there.
  const silent = { ...listening(builder, others), report: () => undefined };
  const { entrypoint, command, environment, health } = buildContainer(silent, name, written, unit);
  const changed = new Map(moved.map(([port, number]) => [own[port], number]));
  const listens = container.listens.map((number) => changed.get(number) ?? number);
  return { ...container, twin: { unit: `${unit}-twin`, entrypoint, command, environment, health, listens } };
}

function listening(builder: Builder, ports: Readonly<Record<string, number>>): Builder {
  const listens: Lookup = (reference) => findIn(ports, reference, "ports");
  return { ...builder, extra: { ...builder.extra, listens } };
}

export function buildDetour(builder: Builder, units: Readonly<Record<string, string>>): Detour | undefined {
  const detour = builder.draft.written.terminates_tls?.detour;
  if (detour === undefined) return undefined;
  const command = (key: "begin" | "end") => {
    const written = detour[key];
    const argv = readCommand(builder, written, ["terminates_tls", "detour", key]);
    // What follows a shell's command is its $0, then $1 and so on.
    return typeof written === "string" ? [...argv, "detour"] : argv;
  };
  return { container: units[detour.container] ?? detour.container, begin: command("begin"), end: command("end") };
}
