/** Containers that ask for more open files, processes or locked memory than their user manager may grant. */

import type { Container } from "../model/container.ts";
import type { StateFacts } from "../model/facts.ts";
import {
  type ConfiguredLimits,
  hardLimit,
  type LimitFacts,
  type LimitLine,
  RESOURCE_NAMES,
  RESOURCES,
  type Resource,
} from "../model/limits.ts";
import type { DesiredAccount, DesiredState } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { managerStays } from "./compare-managers.ts";
import type { Finding } from "./preflight.ts";

/** What a container asks for, and its manager is not known to have. */
export interface Ask {
  readonly service: Service;
  readonly container: Container;
  readonly resource: Resource;
  readonly hard: number;
  readonly account: DesiredAccount;
  /** Path of the drop-in of ours. */
  readonly dropIn: string;
  /** Its manager runs on with this; undefined where it is going to be started. */
  readonly held: number | undefined;
}

/** Empty where every manager concerned runs with enough: then nothing more has to be asked of the host. */
export function openAsks(stack: Stack, desired: DesiredState, state: StateFacts): readonly Ask[] {
  const accounts = new Map(desired.accounts.map((account) => [account.user, account] as const));
  const dropIns = new Map(
    desired.files.flatMap(({ role, path }) =>
      role.kind === "manager-drop-in" ? [[role.user, { path, fingerprint: role.fingerprint }] as const] : [],
    ),
  );
  return stack.services.flatMap((service) => {
    const { user } = service.account;
    const [account, dropIn] = [accounts.get(user), dropIns.get(user)];
    if (account === undefined || dropIn === undefined) return [];
    const running = managerStays(account, dropIn.fingerprint, state) ? state.managers.get(user)?.limits : undefined;
    return service.containers.flatMap((container) =>
      RESOURCE_NAMES.flatMap((resource) => {
        const hard = hardLimit(container.ulimits[resource] ?? "");
        // Podman takes "as much as there is" for what its own process has.
        if (hard === undefined || hard === Number.POSITIVE_INFINITY) return [];
        const held = running?.[resource];
        if (held !== undefined && held >= hard) return [];
        return [{ service, container, resource, hard, account, dropIn: dropIn.path, held }];
      }),
    );
  });
}

export function limitFindings(asks: readonly Ask[], facts: LimitFacts): readonly Finding[] {
  return asks.flatMap((ask) => {
    const bound = nextStart(ask, facts);
    if (bound.hard < ask.hard) return [finding(ask, bound, ask.held === undefined ? "" : `, then ${restart(ask)}`)];
    if (ask.held === undefined) return [];
    return [finding(ask, { hard: ask.held, why: "it was started before it was allowed more", fix: restart(ask) })];
  });
}

interface Bound {
  readonly hard: number;
  readonly why: string;
  /** What to do, for a hint. */
  readonly fix: string;
}

function finding({ service, container, resource, hard, account }: Ask, bound: Bound, also = ""): Finding {
  const { unit } = RESOURCES[resource];
  const manager = `user@${account.uid}.service, the manager of ${account.user}`;
  const lower = `containers.${container.name}.ulimits.${resource} in /etc/install-quadlets/services/${service.from}.yaml`;
  return {
    message: `${container.unit} asks for ${hard} ${unit}, but ${manager}, may grant ${bound.hard}: ${bound.why}`,
    hint: `${bound.fix}${also}; or lower ${lower}`,
  };
}

function restart({ account }: Ask): string {
  return `systemctl restart user@${account.uid}.service`;
}

/** What the manager and its units will have when it is started the next time. */
function nextStart(ask: Ask, facts: LimitFacts): Bound {
  const { resource, hard, account } = ask;
  const set = configured(ask, facts.managers.get(account.uid));
  // pam_limits comes after systemd and wins; neither gives what PID 1 has not.
  const pam = pamLine(ask, facts.pam);
  const wanted = pam === undefined ? set : because(pam, `allow ${hard} there`);
  const init = facts.init[resource] ?? Number.POSITIVE_INFINITY;
  const manager = init < wanted.hard ? ofInit(ask, init) : wanted;
  const units = facts.userDefaults.findLast((line) => line.resource === resource);
  return units !== undefined && units.hard < manager.hard ? because(units, `allow ${hard} there`) : manager;
}

function because(line: LimitLine, fix: string): Bound {
  return { hard: line.hard, why: `${line.text} in ${line.file}:${line.line}`, fix };
}

/** As systemd will have it with the drop-in of ours that is wanted, wherever that falls among the others. */
function configured({ service, resource, hard, dropIn }: Ask, unit: ConfiguredLimits | undefined): Bound {
  const { key } = RESOURCES[resource];
  const all = unit?.lines.filter((line) => line.resource === resource) ?? [];
  const others = all.filter((line) => line.file !== dropIn);
  const isLate = ({ file }: LimitLine) => file.endsWith(".conf") && baseName(file) > baseName(dropIn);
  const own = hardLimit(service.account.limits[key] ?? "");
  const line = own === undefined ? others.at(-1) : others.findLast(isLate);
  const reload = "run systemctl daemon-reload";
  if (line !== undefined) return because(line, `allow ${hard} there and ${reload}`);
  // A drop-in of ours from an earlier run may hide what systemd would give without it: nothing is claimed then.
  const standard = all.length > 0 ? undefined : unit?.limits[resource];
  return {
    hard: own ?? standard ?? Number.POSITIVE_INFINITY,
    why: "systemd's default on this host",
    fix: `set account.limits.${key} to ${hard}`,
  };
}

function ofInit({ resource, hard }: Ask, init: number): Bound {
  const { key } = RESOURCES[resource];
  return {
    hard: init,
    why: "PID 1 of this machine has no more and may not raise it",
    fix: `allow ${hard} where this machine is started (LXC: lxc.prlimit.${resource}, systemd-nspawn: ${key}=)`,
  };
}

/** A line for the user or its uid goes before one for its group, and that before one for all; of equals the last counts. */
function pamLine({ account, resource }: Ask, lines: LimitFacts["pam"]): LimitLine | undefined {
  const { user, uid, gid } = account;
  const own = lines.filter((line) => line.resource === resource);
  return (
    own.findLast(({ domain }) => domain === user || isIn(domain, uid)) ??
    own.findLast(({ domain }) => domain === `@${user}` || (domain.startsWith("@") && isIn(domain.slice(1), gid))) ??
    own.findLast(({ domain }) => domain === "*")
  );
}

/** "800:900", "800:", ":900". */
function isIn(domain: string, id: number): boolean {
  const [, from, to] = /^(\d*):(\d*)$/.exec(domain) ?? [];
  if (from === undefined || to === undefined || domain === ":") return false;
  return id >= Number(from) && (to === "" || id <= Number(to));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
