/** Turns the stack into everything that should be on the host. Pure: same stack and site, same bytes. */
import type {
  DesiredAccount,
  DesiredDirectory,
  DesiredFile,
  DesiredImage,
  DesiredState,
  DesiredUnit,
} from "../model/resource.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";
import { desiredCertificate } from "./certificate.ts";
import { desiredData } from "./data.ts";
import { desiredUnit, unitFile } from "./desired-unit.ts";
import { rootDirectories, serviceDirectories } from "./directories.ts";
import { every } from "./every.ts";
import { firewall } from "./firewall.ts";
import { indexFile } from "./index-file.ts";
import { desiredKeys } from "./keys.ts";
import { type Locks, lockFiles, locksOf, lockUnitFiles } from "./locks.ts";
import { desiredStores } from "./model-stores.ts";
import { rawParts } from "./raw-units.ts";
import { desiredSecrets } from "./secrets.ts";
import { renderServiceFiles, type SharedView, sharedView } from "./service-files.ts";
import { atSite, type Call, callsOf, type Site, startOrder, upstreamPorts } from "./site.ts";
import { managerDropIn, podmanSettings } from "./system-files.ts";
import { timers } from "./timers.ts";
import { desiredTool } from "./tool.ts";
import { type TwinOf, twinsOf } from "./twins.ts";
import { renderUnits } from "./units.ts";
import { withoutUnset } from "./unset-secrets.ts";

interface ServiceParts {
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredUnit[];
  readonly images: readonly DesiredImage[];
  readonly warnings: DesiredState["warnings"];
}

export function renderState(stackAsWritten: Stack, site: Site): DesiredState {
  const stack = withoutUnset(atSite(stackAsWritten, site), site.supplied);
  const calls = callsOf(stack);
  const services = startOrder(stack, calls);
  const view = sharedView(stack, site);
  const locks = locksOf(services);
  const locked = lockFiles(services, locks, site);
  const twinOf = twinsOf(stack);
  const parts = every(services, (service) =>
    renderService({ view, service, calls: calls.get(service.name) ?? [], locks, twinOf, site }),
  );
  const wall = firewall(stack, site);
  const tool = desiredTool(site);
  const units = parts.flatMap((part) => part.units);
  const certificate = desiredCertificate(stack, site, units);
  const keys = desiredKeys(stack);
  const data = desiredData(services);
  const stores = desiredStores(stack);
  const timed = timers(stack, certificate, site);
  return {
    address: site.address,
    accounts: services.map((service) => accountOf(service, site)),
    directories: [
      ...rootDirectories(),
      ...(tool?.directories ?? []),
      ...wall.directories,
      ...locked.directories,
      ...parts.flatMap((part) => part.directories),
    ],
    files: [
      ...(tool?.files ?? []),
      ...wall.files,
      ...locked.files,
      ...timed.files,
      podmanSettings(site),
      indexFile(stack, units, certificate, site),
      ...parts.flatMap((part) => part.files),
    ],
    secrets: services.flatMap((service) => desiredSecrets(stack, service)),
    certificate,
    images: parts.flatMap((part) => part.images),
    units,
    systemUnits: [...wall.units, ...locked.units, ...timed.units],
    tool: tool?.desired,
    warnings: parts.flatMap((part) => part.warnings),
    ...(keys === undefined ? {} : { keys }),
    ...(data.length === 0 ? {} : { data }),
    ...(stores.length === 0 ? {} : { stores }),
  };
}

interface ServiceContext {
  readonly view: SharedView;
  readonly service: Service;
  readonly calls: readonly Call[];
  readonly locks: Locks;
  readonly twinOf: TwinOf;
  readonly site: Site;
}

function renderService({ view, service, calls, locks, twinOf, site }: ServiceContext): ServiceParts {
  const own = locks.get(service.name) ?? { turn: undefined, awake: undefined };
  const account = accountOf(service, site);
  const configs = renderServiceFiles(view, service, site);
  const rendered = renderUnits({
    service,
    podmanVersion: site.podmanVersion,
    listen: site.address,
    upstreamPorts: upstreamPorts(calls),
    locks: own,
    secretName: (secret) => podmanSecretName(service.name, secret),
    templates: site.template,
  });
  const raw = rawParts({ service, account, rendered, locks: own, site });
  return {
    directories: [...serviceDirectories(service, account), ...raw.directories],
    files: [
      managerDropIn(service, account, site),
      ...configs,
      ...rendered.map((unit) => unitFile(unit, service, account)),
      ...raw.files,
      ...lockUnitFiles(service, own, account, site),
    ],
    units: [
      ...rendered.map((unit) =>
        desiredUnit(unit, rendered, service, configs, account, own, twinOf(unit, service, account)),
      ),
      ...raw.units,
    ],
    images: images(service, raw.images),
    warnings: raw.warnings.map((warning) => ({ service: service.name, warning })),
  };
}

function accountOf(service: Service, site: Site): DesiredAccount {
  const account = site.identities.get(service.account.user);
  if (account === undefined) throw new Error(`no identity for ${service.account.user}`);
  return account;
}

function images(service: Service, raw: readonly string[]): readonly DesiredImage[] {
  const sizes = new Map<string, number | undefined>([
    ...raw.map((reference) => [reference, undefined] as const),
    ...service.containers.map((container) => [container.image, container.imageMegabytes] as const),
  ]);
  return [...sizes].map(([reference, megabytes]) => ({
    service: service.name,
    user: service.account.user,
    reference,
    megabytes,
  }));
}
