/** Turns the stack into everything that should be on the host. Pure: same stack and site, same bytes. */
import type { DesiredAccount, DesiredDirectory, DesiredFile, DesiredState, DesiredUnit } from "../model/resource.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service, Stack } from "../model/service.ts";
import { desiredCertificate } from "./certificate.ts";
import { desiredUnit, unitFile } from "./desired-unit.ts";
import { rootDirectories, serviceDirectories } from "./directories.ts";
import { every } from "./every.ts";
import { firewall } from "./firewall.ts";
import { indexFile } from "./index-file.ts";
import { desiredKeys } from "./keys.ts";
import { desiredSecrets } from "./secrets.ts";
import { renderServiceFiles, type SharedView, sharedView } from "./service-files.ts";
import { atSite, type Call, callsOf, type Site, startOrder, upstreamPorts } from "./site.ts";
import { managerDropIn, podmanSettings } from "./system-files.ts";
import { timers } from "./timers.ts";
import { desiredTool } from "./tool.ts";
import { renderUnits } from "./units.ts";
import { withoutUnset } from "./unset-secrets.ts";

interface ServiceParts {
  readonly directories: readonly DesiredDirectory[];
  readonly files: readonly DesiredFile[];
  readonly units: readonly DesiredUnit[];
}

export function renderState(stackAsWritten: Stack, site: Site): DesiredState {
  const stack = withoutUnset(atSite(stackAsWritten, site), site.supplied);
  const calls = callsOf(stack);
  const services = startOrder(stack, calls);
  const view = sharedView(stack, site);
  const parts = every(services, (service) => renderService(view, service, calls.get(service.name) ?? [], site));
  const wall = firewall(stack, site);
  const tool = desiredTool(site);
  const units = parts.flatMap((part) => part.units);
  const certificate = desiredCertificate(stack, site, units);
  const keys = desiredKeys(stack);
  const timed = timers(stack, certificate, site);
  return {
    address: site.address,
    accounts: services.map((service) => accountOf(service, site)),
    directories: [
      ...rootDirectories(),
      ...(tool === undefined ? [] : [tool.directory]),
      ...wall.directories,
      ...parts.flatMap((part) => part.directories),
    ],
    files: [
      ...(tool?.launchers ?? []),
      ...wall.files,
      ...timed.files,
      podmanSettings(site),
      indexFile(stack, units, certificate, site),
      ...parts.flatMap((part) => part.files),
    ],
    secrets: services.flatMap((service) => desiredSecrets(stack, service)),
    certificate,
    images: services.flatMap(images),
    units,
    systemUnits: [...wall.units, ...timed.units],
    tool: tool?.desired,
    ...(keys === undefined ? {} : { keys }),
  };
}

function renderService(view: SharedView, service: Service, calls: readonly Call[], site: Site): ServiceParts {
  const account = accountOf(service, site);
  const configs = renderServiceFiles(view, service, site);
  const rendered = renderUnits({
    service,
    podmanVersion: site.podmanVersion,
    listen: site.address,
    upstreamPorts: upstreamPorts(calls),
    secretName: (secret) => podmanSecretName(service.name, secret),
    templates: site.template,
  });
  return {
    directories: serviceDirectories(service, account),
    files: [
      managerDropIn(service, account, site),
      ...configs,
      ...rendered.map((unit) => unitFile(unit, service, account)),
    ],
    units: rendered.map((unit) => desiredUnit(unit, rendered, service, configs, account)),
  };
}

function accountOf(service: Service, site: Site): DesiredAccount {
  const account = site.identities.get(service.account.user);
  if (account === undefined) throw new Error(`no identity for ${service.account.user}`);
  return account;
}

function images(service: Service): DesiredState["images"] {
  const sizes = new Map(service.containers.map((container) => [container.image, container.imageMegabytes]));
  return [...sizes].map(([reference, megabytes]) => ({
    service: service.name,
    user: service.account.user,
    reference,
    megabytes,
  }));
}
