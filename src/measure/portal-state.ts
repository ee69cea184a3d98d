/** What was measured, as the page about the site reads it: words, sentences and times, and nothing that only root may know. */
import { EXIT } from "../model/exit-code.ts";
import type { Measured, Told } from "./measured.ts";

interface Named extends Told {
  readonly name: string;
}

/** Times as ISO 8601 has them, in UTC. */
export interface PortalState {
  readonly version: 1;
  readonly taken: string;
  readonly services: readonly (Named & { readonly units: readonly Named[] })[];
  readonly gpus: readonly {
    readonly index: number;
    readonly name: string;
    readonly usedBytes: number;
    readonly totalBytes: number;
    /** From 0 to 1; null where the driver does not tell. */
    readonly busy: number | null;
  }[];
  readonly certificates: readonly { readonly name: string; readonly until: string }[];
  readonly backups: readonly { readonly service: string; readonly taken: string | null }[];
  /** Null where nobody has looked since the boot. */
  readonly verify: { readonly at: string; readonly sentence: string } | null;
}

/** Each value is named: what is measured later does not get here by itself. */
export function portalState({ now, services, gpus, certificates, backups, verified }: Measured): PortalState {
  return {
    version: 1,
    taken: timeText(now),
    services: services.map(({ units, ...service }) => ({ ...named(service), units: units.map(named) })),
    gpus: gpus.map(({ index, name, usedBytes, totalBytes, busy }) => ({
      index,
      name,
      usedBytes,
      totalBytes,
      busy: busy ?? null,
    })),
    certificates: certificates.map(({ name, until }) => ({ name, until: timeText(until) })),
    backups: backups.map(({ service, taken }) => ({ service, taken: taken === undefined ? null : timeText(taken) })),
    verify: verified === undefined ? null : { at: timeText(verified.at), sentence: verifiedText(verified.exitCode) },
  };
}

function named({ name, word, sentence }: Named): Named {
  return { name, word, sentence };
}

function verifiedText(exitCode: number): string {
  if (exitCode === 0) return "all is as it was applied";
  return exitCode === EXIT.pending ? "something is not as it was applied" : "the look itself failed";
}

function timeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
