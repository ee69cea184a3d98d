/** What registries have today under the configured names, as a run of its own: shown, data copied, and back where it is not well. */

import { pullImage } from "../apply/pull-image.ts";
import { findTarget, readIndex, type Target } from "../apps/service-index.ts";
import { asUser } from "../commands/accounts.ts";
import { tagAsBefore } from "../commands/podman.ts";
import { describeImages, gatherImages, type ImageFact } from "../facts/images.ts";
import { pullFailure } from "../facts/pull-failure.ts";
import { Stopped, userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { stepsOf } from "../model/plan.ts";
import { imageKey } from "../model/record-keys.ts";
import { readApplied } from "../record/applied.ts";
import type { System } from "../system/interfaces.ts";
import { carryOut, type InstallRun } from "./carry-out.ts";
import { prepare } from "./prepare.ts";
import type { Outcome } from "./run.ts";
import { refuseUnsettled, withoutDownUnits } from "./settled.ts";
import { untilStopped } from "./stoppable.ts";
import { underLock } from "./under-lock.ts";

/** One name in the store of one account. */
interface Named {
  readonly service: IndexedService;
  readonly reference: string;
  /** Id of what it stood for before; undefined where nothing had it. */
  readonly before: string | undefined;
}

/** `names` of services or of units, whose images are asked for; without any, of all. */
export function update(run: InstallRun, names: readonly string[]): Promise<Outcome> {
  return underLock(run, "svc update", async () => {
    const { system, person } = run;
    const index = await readIndex(system);
    const targets: readonly Target[] =
      names.length === 0
        ? index.services.map((service) => ({ service, units: service.units }))
        : names.map((name) => findTarget(index, name));
    refuseUnsettled((await prepare(run, run.readSources())).plan, "images are updated on their own");
    const all = (await Promise.all(targets.map((target) => namesOf(system, target)))).flat();
    if (all.length === 0) throw userError("does-not-apply", `${names.join(", ")} runs no image`, "svc list");
    const pulled = new Map<Named, string>();
    try {
      for (const one of all) {
        const id = await pull(run, one);
        pulled.set(one, id);
        // A boot would start what has the name. It gets that in the plan, once there is a copy of the data.
        await namesAsBefore(system, new Map([[one, id]]));
      }
      const newer = [...pulled].filter(([{ before }, id]) => id !== before);
      const images = new Map(newer.map(([{ service, reference }, id]) => [imageKey(service.user, reference), id]));
      const wishes = { ...run.wishes, images };
      const prepared = await prepare(run, run.readSources(), wishes);
      if (stepsOf(withoutDownUnits(prepared.plan)).length === 0) {
        person.print(nothingText(all));
        return "done";
      }
      for (const line of await newerText(system, newer)) person.print(line);
      const what = ["update", ...names].join(" ");
      return await carryOut({ ...run, what, wishes, part: withoutDownUnits }, prepared);
    } catch (error) {
      await namesAsBefore(system, pulled);
      throw error;
    }
  });
}

async function namesOf(system: System, { service, units }: Target): Promise<readonly Named[]> {
  const references = [...new Set(units.map(({ image }) => image).filter((image) => image !== ""))];
  if (references.length === 0) return [];
  const known = await gatherImages(system, service, references);
  return references.map((reference) => ({ service, reference, before: known.get(reference) }));
}

/** Gives the id of what has the name then. */
async function pull({ system, person }: InstallRun, { service, reference }: Named): Promise<string> {
  person.reporter.note(`asking for ${reference}`);
  const stopped = new Stopped(`stopped while ${reference} was pulled; nothing was changed`);
  return untilStopped(system, stopped, () =>
    pullImage(system, service, { reference }, (text) => person.reporter.progress(text)),
  ).catch(async (error: unknown) => {
    throw error === stopped ? error : await pullFailure(system, service, { reference }, error);
  });
}

function nothingText(all: readonly Named[]): string {
  const pinned = all.filter(({ reference }) => reference.includes("@sha256:"));
  const fixed = pinned.length === 0 ? "" : `; ${pinned.length} of them are pinned by digest, and never are another one`;
  return `nothing to do: ${all.length === 1 ? "the image is" : `all ${all.length} images are`} what the registry has under that name${fixed}`;
}

/** "docker.io/library/redis:7: sha256:1f2e3d4c5b6a of 2026-10-02 -> sha256:9a8b7c6d5e4f of 2026-11-20" */
async function newerText(system: System, newer: readonly (readonly [Named, string])[]): Promise<readonly string[]> {
  return Promise.all(
    newer.map(async ([{ service, reference, before }, pulled]) => {
      const ids = [before, pulled].filter((id) => id !== undefined);
      const facts = await describeImages(system, service, ids);
      const said = ids.map((id) => imageText(facts.get(id), id));
      return `${reference}: ${said.join(" -> ")}`;
    }),
  );
}

/** As podman prints them. */
const SHORT = 19;

function imageText(fact: ImageFact | undefined, id: string): string {
  if (fact === undefined) return id.slice(0, 12);
  return `${fact.digest.slice(0, SHORT)} of ${fact.created.slice(0, 10)}`;
}

/**
 * What was pulled stays in the store, without the name: the next run must not start it by the way. Where a run stands, it keeps
 * the name, whatever was wrong afterwards.
 */
async function namesAsBefore(system: System, pulled: ReadonlyMap<Named, string>): Promise<void> {
  const { imageIds } = await readApplied(system.files);
  for (const [{ service, reference, before }, id] of pulled) {
    const stands = imageIds[imageKey(service.user, reference)] === id;
    const back = tagAsBefore(reference, before, id);
    if (back !== undefined && !stands) await system.runner.probe(asUser(service, back));
  }
}
