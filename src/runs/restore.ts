/** `restore`: everything about the file and the host is looked at, somebody says yes, and then the data are put back. */
import { readIndex } from "../apps/service-index.ts";
import { type Archive, readArchive, verifyArchive } from "../backup/archive.ts";
import { imageNotes, refuseAside, refuseOther, serviceOf } from "../backup/check-restore.ts";
import { finishCut } from "../backup/cut.ts";
import { refuseFull } from "../backup/ready.ts";
import { type Restoring, restoreData } from "../backup/restore.ts";
import { meter, type Scene } from "../backup/scene.ts";
import { secretsThatDiffer, unpackSecrets } from "../backup/stored-secrets.ts";
import { unitsThatRun } from "../backup/units.ts";
import { openNamespace } from "../facts/data.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { next } from "../model/next.ts";
import { secretKey } from "../model/record-keys.ts";
import { sizeText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { forgetIds } from "../record/write-applied.ts";
import { type BulkRun, refuseWithoutAge, sceneOf } from "./backup.ts";
import { rememberFilled } from "./settle-record.ts";
import { underLock } from "./under-lock.ts";

export interface RestoreRun extends BulkRun {
  /** Absolute. */
  readonly file: string;
  /** Of age; absolute. */
  readonly identity: string | undefined;
  readonly yes: boolean;
}

export function restore(run: RestoreRun): Promise<void> {
  return underLock(run, "install-quadlets restore", async () => {
    const { system, bulk, person, file: path } = run;
    const index = await readIndex(system);
    const file = bulk.open(path);
    if (file === undefined)
      throw userError("no-such-file", `${path}: no such file`, "sudo install-quadlets backups lists them");
    try {
      const scene = sceneOf(run);
      await finishCut(scene);
      const restoring = await look(run, scene, index, readArchive(file, path));
      tell(run, restoring);
      if (!run.yes) await person.askYes("Replace the data?");
      const { user } = restoring.service;
      await forgetIds(
        system.files,
        restoring.differing.map((name) => secretKey({ user, name })),
      );
      await restoreData(scene, restoring);
      const { service, data, ran } = restoring;
      const isUp = ran.size > 0;
      person.print(`restored${isUp ? `, and ${service.name} runs again` : `; ${service.name} did not run before`}`);
      person.print(next(isUp ? "restore" : "restore of what was down", service.name));
      await rememberFilled(
        run,
        data.parts.map(({ directory }) => directory),
      );
    } finally {
      file.close();
    }
  });
}

/** Nothing is changed here but the namespace of the account, which its podman makes at any command. */
async function look(run: RestoreRun, scene: Scene, index: ServiceIndex, archive: Archive): Promise<Restoring> {
  const { system, bulk } = run;
  const { manifest } = archive;
  const service = serviceOf(index, manifest);
  const data = service.backup;
  if (data === undefined)
    throw userError("not-recorded", `nobody wrote down what the data of ${service.name} are`, "sudo install-quadlets");
  refuseOther(service, data, manifest);
  const whole = sum(archive);
  await verifyArchive(archive, meter(scene, "reading the backup", whole));
  const identity = identityFor(run, archive);
  const stored = await unpackSecrets(bulk, archive, identity);
  // A name that is none of the data's own stays as it is.
  const secrets = new Map([...stored].filter(([name]) => data.secrets.includes(name)));
  for (const name of data.secrets) if (!secrets.has(name)) scene.complain(`${archive.path}: has no secret ${name}`);
  const ran = await unitsThatRun(system, service);
  await refuseAside(system, data);
  await refuseLost(system, service);
  await openNamespace(system, service);
  await refuseFull(system, service.home, whole);
  const differing = await secretsThatDiffer(system, service, secrets);
  return { service, data, archive, ran, secrets, differing, identity };
}

function identityFor(run: RestoreRun, { manifest, path }: Archive): string | undefined {
  const { encryptedTo } = manifest;
  if (encryptedTo.length === 0) return undefined;
  if (run.identity === undefined) {
    const whom = encryptedTo.map(visible).join(", ");
    throw userError(
      "backup-unusable",
      `${path}: is encrypted to ${whom}`,
      "name the file with the key: --identity FILE",
    );
  }
  refuseWithoutAge(run);
  return run.identity;
}

/** Only an install makes it anew with the right owner. */
async function refuseLost({ files }: RestoreRun["system"], { home, backup, name }: IndexedService): Promise<void> {
  for (const { directory, taken } of backup?.parts ?? []) {
    const parent = directory.slice(0, directory.lastIndexOf("/"));
    const needed = taken.kind === "dumped" ? [parent, directory] : [parent];
    for (const path of needed) {
      if ((await files.stat(path))?.kind === "directory") continue;
      throw userError(
        "nothing-installed",
        `${path} is not there: ${path === home ? name : "it"} must be installed first`,
        "sudo install-quadlets",
      );
    }
  }
}

function sum({ manifest }: Archive): number {
  return manifest.parts.reduce((all, { size }) => all + size, 0);
}

function tell({ person }: RestoreRun, { service, archive, differing, ran }: Restoring): void {
  const { manifest } = archive;
  const parts = manifest.parts.filter(({ kind }) => kind !== "secrets");
  person.print(`${service.name}: the data of now are replaced by those of ${manifest.taken.slice(0, 19)} UTC`);
  person.print(
    `  made on ${visible(manifest.host)} by install-quadlets ${visible(manifest.tool)}, ${sizeText(sum(archive))}`,
  );
  person.print(`  parts: ${parts.map(({ name, size }) => `${name} (${sizeText(size)})`).join(", ")}`);
  if (differing.length > 0) person.print(`  secrets that get their value of then: ${differing.join(", ")}`);
  person.print(`  units that stop meanwhile: ${ran.size === 0 ? "none, nothing of it runs" : [...ran].length}`);
  for (const note of imageNotes(service, manifest)) person.complain(visible(note));
  person.print(`to keep those of now as well: sudo install-quadlets backup ${service.name}`);
}
