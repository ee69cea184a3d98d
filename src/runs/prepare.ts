/** From configuration and host to a plan: the part that plan, apply and verify share. Reads only. */
import type { Sources } from "../config/load.ts";
import { gatherHost } from "../facts/gather-host.ts";
import { gatherState } from "../facts/gather-state.ts";
import { gatherLimits } from "../facts/limits.ts";
import { nameListeners } from "../facts/listeners.ts";
import { gatherOwnCertificate } from "../facts/own-certificate.ts";
import { gatherSupplied } from "../facts/supplied.ts";
import { ConfigError, NeedsRoot, Stopped, userError } from "../model/diagnostic.ts";
import type { AccountFact, HostFacts, StateFacts } from "../model/facts.ts";
import type { Address } from "../model/names.ts";
import type { Depth, Plan } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import type { Stack } from "../model/service.ts";
import { suppliedSecrets } from "../model/supplied.ts";
import { chooseName } from "../plan/choose-name.ts";
import { chooseReaders } from "../plan/choose-readers.ts";
import { chooseAddress, chooseInterface, chooseOperators } from "../plan/choose-site.ts";
import { chooseSupplied } from "../plan/choose-supplied.ts";
import { openDecisions } from "../plan/decisions.ts";
import { driverFindings } from "../plan/driver.ts";
import { type Ask, limitFindings, openAsks } from "../plan/limits.ts";
import { makePlan, type Wishes } from "../plan/make-plan.ts";
import { ownCertificateFaults } from "../plan/own-certificate.ts";
import { type Finding, noRoom, portsTaken, preflight } from "../plan/preflight.ts";
import { tailnetFindings } from "../plan/tailnet.ts";
import { unwantedOf } from "../plan/unwanted.ts";
import { servedNames } from "../render/certificate.ts";
import { renderState } from "../render/desired-state.ts";
import { assignIdentities } from "../render/identities.ts";
import { NOTHING } from "../render/nothing.ts";
import type { System } from "../system/interfaces.ts";
import { readOnly } from "../system/read-only.ts";
import { packageFindings } from "./packages-missing.ts";
import { resolved } from "./resolved.ts";
import type { Program, Run } from "./run.ts";
import { untilStopped } from "./stoppable.ts";

export interface Prepared {
  readonly stack: Stack;
  readonly host: HostFacts;
  readonly desired: DesiredState;
  readonly facts: StateFacts;
  readonly plan: Plan;
}

type Looking = Pick<Run, "system" | "program">;

/** Throws a ConfigError or a UserError before anything is touched; a Stopped at once where somebody has seen enough. */
export function prepare(run: Looking, sources: Sources, wishes: Wishes = {}): Promise<Prepared> {
  const stopped = new Stopped("stopped while it looked what there is to do; none of it was done");
  return untilStopped(run.system, stopped, () => look(run, sources, wishes));
}

async function look({ system, program }: Looking, sources: Sources, wishes: Wishes): Promise<Prepared> {
  const reading = readOnly(system);
  const gathering = gatherHost(reading);
  // Started first, awaited later: the host answers while the configuration is parsed.
  gathering.catch(() => undefined);
  const stack = resolved(sources);
  const gathered = await gathering;
  refuseOwn(reading, stack, gathered.now);
  const findings = [...preflight(gathered), ...tailnetFindings(stack, gathered), ...driverFindings(stack, gathered)];
  // Who is not root may lack what podman wants of whoever asks for its version; it is no word about the host.
  refuse([...findings, ...(gathered.effectiveUid === 0 ? packageFindings(gathered, findings) : [])]);
  const given = suppliedSecrets(stack);
  const supplied = given.length === 0 ? undefined : await gatherSupplied(reading, given, gathered.accounts);
  const host = { ...gathered, supplied };
  const desired = desire(stack, host, program, wishes);
  const facts = await gatherState(reading, desired);
  const leaving = unwantedOf(desired, host, facts.applied).accounts;
  const asks = openAsks(stack, desired, facts);
  refuse([
    ...(wishes.looking === true ? [] : openDecisions(stack, desired, facts)),
    ...(await takenPorts(reading, stack, desired, facts, leaving)),
    ...(asks.length === 0 ? [] : limitFindings(asks, await gatherLimits(reading, uidsOf(asks)))),
  ]);
  const plan = makePlan(desired, host, facts, wishes);
  refuse(wishes.looking === true ? [] : noRoom(facts, plan));
  return { stack, host, desired, facts, plan };
}

function uidsOf(asks: readonly Ask[]): readonly number[] {
  return [...new Set(asks.map(({ account }) => account.uid))];
}

/** Throws a ConfigError: the files that the configuration names are part of it. */
export function refuseOwn(system: System, stack: Stack, now: Date): void {
  const { own } = stack.certificate;
  if (own === undefined) return;
  const faults = ownCertificateFaults(own, gatherOwnCertificate(system, own, servedNames(stack)), now);
  if (faults.length > 0) throw new ConfigError(faults);
}

function desire(stack: Stack, host: HostFacts, program: Program, wishes: Wishes): DesiredState {
  const chosen = chooseAddress(stack, host);
  const { operators, findings } = chooseOperators(stack, host);
  const readers = chooseReaders(stack, host);
  const supplied = chooseSupplied(suppliedSecrets(stack), host.supplied, wishes.removal?.unset);
  const values = wishes.looking === true ? [] : supplied.findings;
  refuse([...(typeof chosen === "string" ? [] : [chosen]), ...findings, ...readers.findings, ...values]);
  const address = chosen as Address;
  const name = chooseName(stack, address, host);
  if (typeof name === "object") refuse([name]);
  return renderState(stack, {
    address,
    interface: chooseInterface(stack, address, host),
    tailscaleName: name as string | undefined,
    operators,
    podmanVersion: host.podmanVersion ?? "0",
    nameservers: stack.dnsUpstreams.length > 0 ? stack.dnsUpstreams : host.nameservers,
    identities: assignIdentities(stack, host),
    supplied: supplied.given,
    manRoot: host.manRoot,
    sudoDirectory: host.sudoDirectory,
    readers: readers.readers,
    tool: program.tool(),
    template: program.template,
    weights: program.weights,
  });
}

/** From the host to a plan that removes what is recorded there, to a depth; the configuration plays no part. */
export async function prepareRemoval(system: System, depth: Depth): Promise<Omit<Prepared, "stack">> {
  const reading = readOnly(system);
  const host = await gatherHost(reading);
  if (host.effectiveUid !== 0)
    throw new NeedsRoot("this needs root: it removes users and services", "run it with sudo");
  const facts = await gatherState(reading, NOTHING);
  return { host, desired: NOTHING, facts, plan: makePlan(NOTHING, host, facts, { removal: { depth } }) };
}

async function takenPorts(
  system: System,
  stack: Stack,
  desired: DesiredState,
  facts: StateFacts,
  leaving: readonly AccountFact[],
): Promise<readonly Finding[]> {
  const uids = new Map<string, number>(desired.accounts.map((account) => [account.user, account.uid]));
  // What leaves the stack is stopped before anything starts.
  const listeners = facts.listeners.filter(({ uid }) => !leaving.some((account) => account.uid === uid));
  const taken = portsTaken(stack, desired.address, uids, listeners);
  if (taken.length === 0) return taken;
  // Only now worth a look through every process of the host.
  return portsTaken(stack, desired.address, uids, nameListeners(system, listeners));
}

/** Every finding in one error, so that nobody fixes them one run at a time. */
export function refuse(findings: readonly Finding[]): void {
  const placed = findings.flatMap(({ at, message, hint }) => (at === undefined ? [] : [{ ...at, message, hint }]));
  if (placed.length > 0) throw new ConfigError(placed);
  const [first, ...others] = findings;
  if (first === undefined) return;
  if (others.length === 0 && first.needsRoot === true) throw new NeedsRoot(first.message, first.hint);
  if (others.length === 0) throw userError("host-not-ready", first.message, first.hint);
  throw userError(
    "host-not-ready",
    findings.map((finding) => `${finding.message}\nhint: ${finding.hint}`).join("\nerror: "),
  );
}
