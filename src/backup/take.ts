/** Takes one backup: looks first, then goes through the plan, and leaves every unit as it was, whatever happens. */
import { asUser } from "../commands/accounts.ts";
import { encrypt, packTree } from "../commands/data.ts";
import { execInContainer } from "../commands/podman.ts";
import { failureOf } from "../facts/failure-of.ts";
import type { IndexedBackup, IndexedPart } from "../model/backup.ts";
import type { Command } from "../model/command.ts";
import type { Count } from "../model/count.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { Chain } from "../system/interfaces.ts";
import { type ArchiveWriter, readArchive, verifyArchive, writeArchive } from "./archive.ts";
import { dropCut, writeCut } from "./cut.ts";
import { aboutNow, describe } from "./describe.ts";
import { ABOUT, type BackedPart, MANIFEST, type Manifest } from "./manifest.ts";
import { fileName } from "./names.ts";
import { type BackupStep, planBackup } from "./plan.ts";
import { refuseUnready } from "./ready.ts";
import { meter, reasonFor, type Scene } from "./scene.ts";
import { packSecrets } from "./stored-secrets.ts";
import { countData, startUnits, stopUnits, unitsThatRun } from "./units.ts";

export interface Target {
  readonly folder: string;
  /** Recipients of age; empty: not encrypted. */
  readonly encryptTo: readonly string[];
}

export interface Taken {
  readonly path: string;
  readonly size: number;
  readonly manifest: Manifest;
}

export async function takeBackup(
  scene: Scene,
  service: IndexedService,
  data: IndexedBackup,
  target: Target,
): Promise<Taken> {
  const { system, bulk } = scene;
  const ran = await unitsThatRun(system, service);
  const steps = planBackup(service, data, ran);
  await refuseUnready(scene, service, data, target.folder);
  const about = aboutNow(scene, service);
  const cut = { version: 1, what: "backup", service: service.name, ran: [...ran], folder: target.folder } as const;
  const file = bulk.create(target.folder);
  try {
    await writeCut(system, { ...cut, asides: [], secrets: [], well: false });
    const archive = writeArchive(file, system.clock.now());
    await archive.addText(ABOUT, `${JSON.stringify(about)}\n`);
    const walk = new Walk(scene, service, data, target, archive);
    const late = await walk.go(steps, ran);
    const manifest = await describe(scene.system, service, {
      ...about,
      encryptedTo: target.encryptTo,
      parts: walk.parts,
      counts: walk.counts,
    });
    await archive.addText(MANIFEST, `${JSON.stringify(manifest, undefined, 1)}\n`);
    archive.end();
    const path = `${target.folder}/${fileName(service.name, about.taken)}`;
    await verifyArchive(readArchive(file, path), meter(scene, `${service.name}: reading it back`, file.size));
    file.publish(fileName(service.name, about.taken));
    // Whole, and to be kept: what did not come up again is said now.
    if (late !== undefined) throw userError(late.code, `${path} was made, but ${late.message}`, late.hint);
    return { path, size: file.size, manifest };
  } finally {
    file.discard();
    await dropCut(system);
  }
}

class Walk {
  readonly parts: BackedPart[] = [];
  counts: readonly Count[];
  readonly #scene: Scene;
  readonly #service: IndexedService;
  readonly #data: IndexedBackup;
  readonly #target: Target;
  readonly #archive: ArchiveWriter;

  constructor(scene: Scene, service: IndexedService, data: IndexedBackup, target: Target, archive: ArchiveWriter) {
    this.#scene = scene;
    this.#service = service;
    this.#data = data;
    this.#target = target;
    this.#archive = archive;
    this.counts = data.counts.map(({ name }) => ({ name, count: null }));
  }

  /** Gives what is to be said of a start that failed after everything was taken; throws where anything else fails. */
  async go(steps: readonly BackupStep[], ran: ReadonlySet<string>): Promise<UserError | undefined> {
    const { system } = this.#scene;
    const start = steps.find(({ kind }) => kind === "start");
    try {
      for (const step of steps) {
        if (step === start) continue;
        this.#scene.refuseStopped();
        await this.#take(step);
      }
    } catch (problem) {
      const error = reasonFor(this.#scene, problem);
      const late = await failureOf(startUnits(system, this.#service, inOrder(this.#service, ran)));
      if (late !== undefined && error instanceof UserError)
        throw userError(error.code, `${error.message}\nand then: ${late.message}`, late.hint ?? error.hint);
      throw error;
    }
    if (start?.kind !== "start") return undefined;
    this.#scene.note(`${this.#service.name}: starting ${start.units.length} units again`);
    return failureOf(startUnits(system, this.#service, start.units));
  }

  async #take(step: BackupStep): Promise<void> {
    const { system, note } = this.#scene;
    const { name } = this.#service;
    switch (step.kind) {
      case "stop":
        note(`${name}: stopping ${step.units.join(", ")}`);
        return stopUnits(system, this.#service, step.units);
      case "count":
        this.counts = await countData(this.#scene, this.#service, this.#data, step.names);
        return;
      case "secrets":
        this.parts.push(await this.#takeSecrets());
        return;
      case "part":
        this.parts.push(await this.#takePart(step.part));
        return;
      case "start":
        return;
      default:
        return step satisfies never;
    }
  }

  async #takeSecrets(): Promise<BackedPart> {
    const { system, bulk } = this.#scene;
    const secrets = await packSecrets(system, this.#service, this.#data);
    const input = [new TextEncoder().encode(secrets.reveal())];
    const written = await this.#archive.add(this.#nameOf("secrets.json"), async (onOutput) => {
      if (this.#target.encryptTo.length > 0) return bulk.pipe([encrypt(this.#target.encryptTo)], { input, onOutput });
      input.forEach(onOutput);
    });
    return { name: "secrets", kind: "secrets", directory: "", ...written };
  }

  async #takePart(part: IndexedPart): Promise<BackedPart> {
    const { taken, directory, name } = part;
    const kind = taken.kind === "dumped" ? "dump" : "directory";
    const onBytes = meter(this.#scene, `${this.#service.name}: ${name}`);
    const entry = this.#nameOf(`parts/${name}.${kind === "dump" ? "dump" : "tar"}`);
    const written = await this.#archive.add(entry, (onChunk) =>
      this.#scene.bulk.pipe(this.#chain(asUser(this.#service, commandOf(part))), {
        onOutput: (chunk) => {
          onBytes(chunk.length);
          onChunk(chunk);
        },
      }),
    );
    if (written.size === 0)
      throw userError("backup-unusable", `${this.#service.name}: ${name} is empty: its dump wrote nothing`);
    return { name, kind, directory: directory.slice(this.#service.home.length + 1), ...written };
  }

  #chain(command: Command): Chain {
    return this.#target.encryptTo.length === 0 ? [command] : [command, encrypt(this.#target.encryptTo)];
  }

  #nameOf(entry: string): string {
    return this.#target.encryptTo.length === 0 ? entry : `${entry}.age`;
  }
}

function commandOf({ taken, directory }: IndexedPart): Command {
  if (taken.kind === "dumped") return execInContainer(taken.container, taken.dump);
  return packTree(directory, { running: taken.kind === "running" });
}

function inOrder({ units }: IndexedService, names: ReadonlySet<string>): readonly string[] {
  return units.map(({ unit }) => unit).filter((unit) => names.has(unit));
}
