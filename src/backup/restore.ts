/** Puts the data of a backup back: everything is looked at first, and what was there comes back when anything fails. */
import { asUser } from "../commands/accounts.ts";
import { decrypt, makeLike, moveData, unpackTree } from "../commands/data.ts";
import { execAttached } from "../commands/podman.ts";
import type { IndexedBackup, IndexedPart } from "../model/backup.ts";
import type { Command } from "../model/command.ts";
import type { Count } from "../model/count.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { Secret } from "../model/secret.ts";
import { type Archive, chunksOf } from "./archive.ts";
import { compareCounts } from "./compare-counts.ts";
import { type Aside, type Cut, dropCut, forget, takeBack, writeCut } from "./cut.ts";
import { planRestore, type RestoreStep } from "./plan.ts";
import { meter, reasonFor, type Scene } from "./scene.ts";
import { putBackSecrets } from "./stored-secrets.ts";
import { countData, startUnits, stopUnits } from "./units.ts";

export interface Restoring {
  readonly service: IndexedService;
  readonly data: IndexedBackup;
  readonly archive: Archive;
  readonly ran: ReadonlySet<string>;
  /** From the archive, by podman's name. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Those of them that podman does not have like this. */
  readonly differing: readonly string[];
  /** File of age; undefined where nothing is encrypted. */
  readonly identity: string | undefined;
}

/** Gives what it counted. */
export async function restoreData(scene: Scene, restoring: Restoring): Promise<readonly Count[]> {
  const { system } = scene;
  const { service, data, ran, differing } = restoring;
  const cut: Cut = {
    version: 1,
    what: "restore",
    service: service.name,
    ran: [...ran],
    asides: await lookAtAsides(scene, data),
    secrets: differing,
    well: false,
  };
  await writeCut(system, cut);
  let counts: readonly Count[];
  try {
    counts = await carryOut(scene, restoring);
    // From here on there is no way back: without this line on disk the next run would take the restored data away again.
    await writeCut(system, { ...cut, well: true });
  } catch (error) {
    await comeBack(scene, restoring, cut, error);
    throw error;
  }
  try {
    await forget(system, service, cut);
    await dropCut(system);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    scene.complain(`what was there before is not removed yet, the next backup or restore does it: ${error.message}`);
  }
  return counts;
}

async function lookAtAsides({ system }: Scene, { parts }: IndexedBackup): Promise<readonly Aside[]> {
  return Promise.all(
    parts.map(async ({ directory }) => ({
      directory,
      aside: asideOf(directory),
      wasThere: (await system.files.stat(directory)) !== undefined,
    })),
  );
}

async function carryOut(scene: Scene, restoring: Restoring): Promise<readonly Count[]> {
  const { service, data, archive, ran } = restoring;
  let counts: readonly Count[] = data.counts.map(({ name }) => ({ name, count: null }));
  for (const step of planRestore(service, data, ran)) {
    scene.refuseStopped();
    if (step.kind === "count") {
      counts = await countData(scene, service, data, step.names);
      compareCounts(scene, service, archive.manifest.counts, counts);
    } else await take(scene, restoring, step);
  }
  return counts;
}

async function take(scene: Scene, restoring: Restoring, step: Exclude<RestoreStep, { kind: "count" }>): Promise<void> {
  const { system, note } = scene;
  const { service, secrets, differing } = restoring;
  switch (step.kind) {
    case "stop":
      note(`${service.name}: stopping ${step.units.join(", ")}`);
      return stopUnits(system, service, step.units);
    case "start":
      note(`${service.name}: starting ${step.units.join(", ")}`);
      return startUnits(system, service, step.units);
    case "aside": {
      const { directory } = step.part;
      // Somebody deleted it: that is why it is restored.
      if ((await system.files.stat(directory)) === undefined) return;
      await system.runner.run(asUser(service, moveData(directory, asideOf(directory))));
      return;
    }
    case "secrets":
      return putBackSecrets(system, service, secrets, differing);
    case "empty": {
      const { directory } = step.part;
      for (const command of makeLike(directory, asideOf(directory))) await system.runner.run(asUser(service, command));
      return;
    }
    case "part":
      return putBack(scene, restoring, step.part);
    default:
      return step satisfies never;
  }
}

async function putBack(scene: Scene, { service, archive, identity }: Restoring, part: IndexedPart): Promise<void> {
  const backed = archive.manifest.parts.find(({ name, kind }) => name === part.name && kind !== "secrets");
  if (backed === undefined) throw userError("backup-unusable", `${archive.path}: has no part ${part.name}`);
  const onBytes = meter(scene, `${service.name}: ${part.name}`, backed.size);
  const last = asUser(service, readerOf(part));
  const input = counted(chunksOf(archive.file, archive.spans.get(backed.file)), onBytes);
  await scene.bulk.pipe(identity === undefined ? [last] : [decrypt(identity), last], { input });
}

function readerOf({ taken, directory }: IndexedPart): Command {
  if (taken.kind !== "dumped") return unpackTree(directory);
  return execAttached(taken.container, taken.restore, { terminal: false });
}

function* counted(chunks: Iterable<Uint8Array>, onBytes: (count: number) => void): Generator<Uint8Array> {
  for (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** Throws, in place of the error that led here, where the way back fails as well. */
async function comeBack(scene: Scene, { service, ran }: Restoring, cut: Cut, problem: unknown): Promise<void> {
  const { system } = scene;
  const error = reasonFor(scene, problem);
  const why = error instanceof Error ? error.message : String(error);
  const hint = error instanceof UserError ? error.hint : undefined;
  const units = service.units.map(({ unit }) => unit);
  try {
    await stopUnits(system, service, units.toReversed());
    await takeBack(system, service, cut);
  } catch (second) {
    if (!(second instanceof UserError)) throw second;
    const left = cut.asides.map(({ aside }: Aside) => aside).join(", ");
    throw userError(
      "restore-failed",
      `${why}\nand the data that were there could not be put back: ${second.message}`,
      `they are in ${left}; the next install-quadlets backup or restore tries again`,
    );
  }
  await dropCut(system);
  await startUnits(
    system,
    service,
    units.filter((unit) => ran.has(unit)),
  ).catch((second: Error) => scene.complain(second.message));
  throw userError(
    error instanceof UserError ? error.code : "restore-failed",
    `${why}\nnothing was restored: the data that were there are back`,
    hint,
  );
}

/** Beside it, so that it is one rename, and below the same owner. */
export function asideOf(directory: string): string {
  const at = directory.lastIndexOf("/") + 1;
  return `${directory.slice(0, at)}.${directory.slice(at)}.before-restore`;
}
