/** Compares what should be with what is: the complete, ordered list of changes, with a reason each. */

import { userError } from "../model/diagnostic.ts";
import type { HostFacts, StateFacts } from "../model/facts.ts";
import type { Aside, Plan } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { belongsAside, findAside, withoutAside } from "./aside.ts";
import type { Rotation } from "./authority-step.ts";
import { compareAccounts } from "./compare-accounts.ts";
import { compareCertificate } from "./compare-certificate.ts";
import { compareData, type KeptData } from "./compare-data.ts";
import { compareKeys } from "./compare-keys.ts";
import { compareManagers } from "./compare-managers.ts";
import { compareMeaning } from "./compare-meaning.ts";
import { compareModels } from "./compare-models.ts";
import { compareDirectories, compareFiles } from "./compare-paths.ts";
import { comparePrune } from "./compare-prune.ts";
import { compareRecord } from "./compare-record.ts";
import { compareImages, compareSecrets } from "./compare-stores.ts";
import { compareTailscale } from "./compare-tailscale.ts";
import { compareTool } from "./compare-tool.ts";
import { compareUnits } from "./compare-units.ts";
import { complete } from "./complete.ts";
import { traitOf } from "./kinds/all.ts";
import { findLost } from "./lost-data.ts";
import { findOutages } from "./outages.ts";
import { fullNotes } from "./preflight.ts";
import type { Removal } from "./prune-input.ts";
import { remadeServices } from "./remade.ts";

/** What a person asks for besides the configuration. */
export interface Wishes {
  readonly removal?: Removal;
  readonly authority?: Rotation | undefined;
  /** Secrets to be made anew, as compareSecrets names them. */
  readonly secrets?: readonly string[];
  /** Ids of images that are in the stores already and are to have these names, by imageKey. */
  readonly images?: ReadonlyMap<string, string>;
  /** Other images start on the data as they are, without a copy of them. */
  readonly withoutSnapshot?: boolean;
  /** Services that begin anew, though they had data that are not there, or data made with a secret that is lost. */
  readonly anew?: readonly string[];
  /** Services whose containers are made anew on the data that are there. */
  readonly remade?: readonly string[];
  /** Only to look: what the site has not given yet is no fault. */
  readonly looking?: boolean;
}

const NOTHING_COPIED: KeptData = { before: [], after: [], services: new Set() };

/** Pure and complete: apply meets no choice that was not made here. An empty list means nothing to do. */
export function makePlan(
  wanted: DesiredState,
  host: HostFacts,
  facts: StateFacts,
  {
    removal = { depth: undefined },
    authority,
    secrets = [],
    images,
    withoutSnapshot = false,
    anew = [],
    remade: makeAnew = [],
  }: Wishes = {},
): Plan {
  const aside = findAside(wanted, host, facts, findLost(wanted, facts, anew, secrets));
  if (removal.depth !== undefined) refuseRemoval(aside);
  const desired = withoutAside(wanted, aside);
  const certificates = compareCertificate(desired.certificate, facts, host.now, authority);
  const newAuthority = certificates.some(({ change }) => change.kind === "certificate" && change.authority !== "keep");
  // What the authority of the facts would be filled into is about to be wrong: apply fills in the new one.
  const files = compareFiles(desired.files, newAuthority ? { ...facts, certificate: undefined } : facts);
  const before = [
    // Whoever removes writes it as well, and may end with its removal.
    ...(removal.depth === undefined ? compareRecord(facts) : []),
    ...compareAccounts(desired.accounts, host, facts),
    ...compareTool(desired.tool, facts),
    ...compareDirectories(desired.directories, facts),
    ...certificates,
    ...compareTailscale(desired.certificate, facts, host.now, host.tailnet.running),
    ...files,
    ...compareManagers(desired, facts, files),
    ...compareSecrets(desired.secrets, desired.accounts, facts, secrets),
    ...compareImages(desired, facts, images),
  ];
  // Against all that is wanted: what is set aside is not unwanted.
  const pruned = comparePrune(wanted, host, facts, removal);
  const isAside = belongsAside(aside, host.accounts);
  const goes = pruned.changes.filter(({ change }) => !isAside(traitOf(change).about(change)));
  const keys = compareKeys(desired.keys, desired.accounts, facts, host.now, before);
  const moved = compareData(desired, facts, before);
  const data = withoutSnapshot ? NOTHING_COPIED : moved;
  const remade = remadeServices(wanted.units, makeAnew);
  const units = compareUnits(desired, facts, before, { quiet: data.services, moved: moved.services, remade });
  const models = compareModels(desired.stores, desired.accounts, facts, units);
  const changes = [...before, ...data.before, ...models.changes, ...data.after, ...keys.changes, ...goes];
  const stays = [...pruned.stays, ...models.stays];
  const outages = findOutages(desired, facts, changes);
  const meaning = compareMeaning(desired, facts);
  const notes = [...keys.notes, ...fullNotes(facts)];
  return {
    ...complete(changes, desired, facts, { wanted, aside }),
    ...(stays.length === 0 ? {} : { stays }),
    ...(aside.length === 0 ? {} : { aside }),
    ...(outages.length === 0 ? {} : { outages }),
    ...(meaning.length === 0 ? {} : { meaning }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What cannot be looked at cannot be removed as a whole. */
function refuseRemoval([first]: readonly Aside[]): void {
  if (first === undefined) return;
  throw userError(
    "account-broken",
    `${first.service} cannot be removed: ${first.reason}`,
    `end what ${first.user} runs, and run it again: loginctl terminate-user ${first.user}`,
  );
}
