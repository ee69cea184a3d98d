/** Where backups lie, and how they are called. */
import { STATE_ROOT } from "../model/places.ts";

/** Root's alone, like everything there; --purge takes it along. */
export const BACKUPS = `${STATE_ROOT}/backups`;

const NAME = /^(?<service>[a-z][a-z0-9-]*)-(?<taken>\d{4}-\d\d-\d\dT\d{6}Z)\.backup\.tar$/;

export interface BackupName {
  readonly service: string;
  /** "2026-11-27T120000Z" */
  readonly taken: string;
}

/** "opik-2026-11-27T120000Z.backup.tar" */
export function fileName(service: string, taken: string): string {
  return `${service}-${taken.slice(0, 19).replaceAll(":", "")}Z.backup.tar`;
}

/** Undefined for what is called in another way. */
export function parseName(name: string): BackupName | undefined {
  const { service, taken } = NAME.exec(name)?.groups ?? {};
  return service === undefined || taken === undefined ? undefined : { service, taken };
}

/** Seconds since 1970 of the newest of each service. */
export function newestOf(names: readonly string[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const name of names) {
    const parsed = parseName(name);
    const taken = parsed && Date.parse(parsed.taken.replace(/T(\d\d)(\d\d)(\d\d)Z$/, "T$1:$2:$3Z")) / 1000;
    if (parsed === undefined || taken === undefined || Number.isNaN(taken)) continue;
    newest.set(parsed.service, Math.max(taken, newest.get(parsed.service) ?? 0));
  }
  return newest;
}
