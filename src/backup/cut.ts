/** What a backup or a restore that is cut off leaves behind, written down before it happens; the next one clears it up first. */
import { readIndex } from "../apps/service-index.ts";
import { asUser } from "../commands/accounts.ts";
import { moveData, removeData } from "../commands/data.ts";
import { createSecret } from "../commands/podman.ts";
import type { IndexedService } from "../model/index-file.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { isTemporary, STATE_ROOT } from "../model/places.ts";
import { dropSecret, keptSecret } from "../record/kept-secrets.ts";
import type { System } from "../system/interfaces.ts";
import type { Scene } from "./scene.ts";
import { startUnits, stopUnits } from "./units.ts";

const CUT_PATH = `${STATE_ROOT}/backup-running.json`;

export interface Cut {
  readonly version: 1;
  readonly what: "backup" | "restore";
  readonly service: string;
  /** Units that ran before. */
  readonly ran: readonly string[];
  /** Where a backup was being written. */
  readonly folder?: string;
  /** Data that a restore put aside, under another name. */
  readonly asides: readonly Aside[];
  /** Secrets that it changed; their former values are kept. */
  readonly secrets: readonly string[];
  /** It was well: what was put aside goes, and does not come back. */
  readonly well: boolean;
}

export interface Aside {
  readonly directory: string;
  readonly aside: string;
  /** Otherwise there is nothing to come back, and what is there now goes. */
  readonly wasThere: boolean;
}

export async function writeCut({ files }: System, cut: Cut): Promise<void> {
  await files.write(CUT_PATH, `${JSON.stringify(cut, undefined, 1)}\n`, { mode: 0o600, uid: 0, gid: 0 });
}

export async function dropCut({ files }: System): Promise<void> {
  await files.remove(CUT_PATH);
}

/** Nothing where the last one came to its end. Other runs do it as well: they must not start what holds half of its data. */
export async function finishCut(scene: Pick<Scene, "system" | "complain">): Promise<void> {
  const { system } = scene;
  const cut = parseJson((await system.files.read(CUT_PATH)) ?? "") as Cut | undefined;
  if (!isRecord(cut)) return;
  const index = await readIndex(system);
  const service = index.services.find(({ name }) => name === cut.service);
  if (service !== undefined) {
    scene.complain(
      `a ${cut.what} of ${cut.service} was cut off: ${cut.well ? "it is brought to its end" : "it is taken back"}`,
    );
    if (!cut.well && cut.asides.length > 0)
      await stopUnits(
        system,
        service,
        service.units.map(({ unit }) => unit),
      );
    await (cut.well ? forget(system, service, cut) : takeBack(system, service, cut));
    // The data are in their place: a unit that does not come up is no reason to do this again.
    await startUnits(system, service, cut.ran).catch((error: Error) => scene.complain(error.message));
  }
  if (cut.folder !== undefined) await removeTemporary(system, cut.folder);
  await dropCut(system);
}

/** The data and the secrets that were there before; units are left as they are. */
export async function takeBack(
  system: System,
  service: IndexedService,
  cut: Pick<Cut, "asides" | "secrets">,
): Promise<void> {
  for (const { directory, aside, wasThere } of cut.asides) {
    // Written down, and not done any more.
    if (wasThere && (await system.files.stat(aside)) === undefined) continue;
    await system.runner.run(asUser(service, removeData(directory)));
    if (wasThere) await system.runner.run(asUser(service, moveData(aside, directory)));
  }
  for (const name of cut.secrets) {
    const former = await keptSecret(system.files, service.user, name, "former");
    if (former !== undefined) await system.runner.run(asUser(service, createSecret(name, former)));
    await dropSecret(system.files, service.user, name, "former");
  }
}

/** The restore was well: nobody goes back to what was before it. */
export async function forget(
  system: System,
  service: IndexedService,
  cut: Pick<Cut, "asides" | "secrets">,
): Promise<void> {
  for (const { aside } of cut.asides) {
    if ((await system.files.stat(aside)) !== undefined) await system.runner.run(asUser(service, removeData(aside)));
  }
  for (const name of cut.secrets) await dropSecret(system.files, service.user, name, "former");
}

async function removeTemporary({ files }: System, folder: string): Promise<void> {
  for (const name of await files.list(folder)) if (isTemporary(name)) await files.remove(`${folder}/${name}`);
}
