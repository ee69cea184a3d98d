/** The data of a service around a start with other images. */
import { countAll, openNamespace, roomBeside, sizesOf } from "../facts/data.ts";
import type { Of } from "../model/change.ts";
import { countText, judgeCounts } from "../model/count.ts";
import { userError } from "../model/diagnostic.ts";
import { sizeText } from "../model/size.ts";
import { addSnapshots, type Snapshot } from "../record/snapshots.ts";
import type { System } from "../system/interfaces.ts";
import { type ApplyContext, type Handlers, refuseStopped } from "./context.ts";
import { dropCopy, makeCopy, putBack } from "./snapshots.ts";
import { dropStale } from "./stale-copies.ts";

type Kinds = "measure-data" | "snapshot" | "restore-snapshot" | "drop-snapshot" | "compare-data";

/** Left over for everything else that writes there. */
const SPARE = 256_000_000;
/** A copy there shares its blocks with what it is of. */
const COPIES_FOR_NOTHING = ["btrfs"];

export const DATA: Handlers<Kinds> = {
  "measure-data": measure,
  snapshot: copyAll,
  "restore-snapshot": ({ system, vault }, change) =>
    putBack({ ...system, files: vault }, snapshotsOf(change, change.run)),
  "drop-snapshot": async ({ system, vault }, change) => {
    for (const snapshot of snapshotsOf(change, change.run)) await dropCopy({ ...system, files: vault }, snapshot);
  },
  "compare-data": compare,
};

async function measure(context: ApplyContext, change: Of<"measure-data">): Promise<void> {
  const { account, service } = change;
  const { system } = context;
  const directories = await thatAreThere(system, change.directories);
  context.counts.set(service, await countAll(system, account, change.counts));
  if (directories.length === 0) return;
  await openNamespace(system, account);
  await dropStale(context, change);
  const sizes = await sizesOf(system, account, directories);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const beside = directories.map((path) => path.slice(0, path.lastIndexOf("/")));
  for (const place of new Set(beside)) {
    const needed = sizes.filter((_, index) => beside[index] === place).reduce((sum, size) => sum + size, 0);
    const { free, fileSystem } = await roomBeside(system, place);
    if (free === undefined || COPIES_FOR_NOTHING.includes(fileSystem) || free >= needed + SPARE) continue;
    throw userError(
      "no-room",
      `${place} has room for ${sizeText(free)}, and a copy of the data of ${service} needs ${sizeText(needed + SPARE)}`,
      `make room; or, after sudo install-quadlets backup ${service} --to another disk, go on without a copy: --no-snapshot`,
    );
  }
  context.reporter.note(`  ${service}: ${sizeText(bytes)} to copy`);
}

async function copyAll(context: ApplyContext, change: Of<"snapshot">): Promise<void> {
  const { account, service } = change;
  const { system, vault, journal } = context;
  const directories = await thatAreThere(system, change.directories);
  const early = change.early === true && ({ early: true } as const);
  const counts = context.counts.get(service);
  const counted = counts !== undefined && counts.length > 0 && { counts };
  const snapshots = snapshotsOf({ account, directories }, journal.run).map((one) => ({ ...one, ...early, ...counted }));
  // Both before there is anything.
  const { units } = change;
  await journal.record({ kind: "restore-snapshot", account, service, directories, units, run: journal.run, ...early });
  await addSnapshots(vault, snapshots);
  let count = 0;
  for (const snapshot of snapshots) {
    refuseStopped(context);
    await makeCopy(system, snapshot, () => {
      count += 1;
      context.reporter.progress(`${service}: copying its data, ${count} files`);
    });
  }
}

async function compare(context: ApplyContext, change: Of<"compare-data">): Promise<void> {
  const { account, service, counts } = change;
  const before = context.counts.get(service) ?? [];
  for (const judged of judgeCounts(before, await countAll(context.system, account, counts))) {
    const text = `${service}: ${judged.name}: ${countText(judged.before)} before, ${countText(judged.now)} now`;
    if (judged.is === "lost") throw userError("data-lost", text, `sudo svc logs ${service}`);
    context.reporter.note(`  ${text}`);
  }
}

async function thatAreThere<Path extends string>({ files }: System, paths: readonly Path[]): Promise<readonly Path[]> {
  const stats = await Promise.all(paths.map((path) => files.stat(path)));
  return paths.filter((_, index) => stats[index]?.kind === "directory");
}

function snapshotsOf(
  { account, directories }: Pick<Of<"snapshot">, "account" | "directories">,
  run: number,
): readonly Snapshot[] {
  return directories.map((directory) => ({ account, directory, run }));
}
