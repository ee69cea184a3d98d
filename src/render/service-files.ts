/** Renders a service's own configuration files (nginx, dnsmasq, ClickHouse, the client script, ...). */
import { AUTHORITY_CERTIFICATE, AUTHORITY_FINGERPRINT, type DesiredFile } from "../model/resource.ts";
import type { Service, Stack } from "../model/service.ts";
import { escapes } from "./escapes.ts";
import { every } from "./every.ts";
import { renderTemplate } from "./handlebars.ts";
import { hostOwner } from "./owners.ts";
import type { Site } from "./site.ts";

export function renderServiceFiles(stack: Stack, service: Service, site: Site): readonly DesiredFile[] {
  const account = site.identities.get(service.account.user);
  if (account === undefined) throw new Error(`no identity for ${service.account.user}`);
  const view = serviceView(stack, service, site);
  return every(service.files, (file) => ({
    service: service.name,
    path: file.path,
    content: renderTemplate(site.template(file.template), view, escapes),
    owner: hostOwner(account, file.owner),
    mode: Number.parseInt(file.mode, 8),
    role: { kind: "config" },
  }));
}

/** The names that a template may use; documented in the README, "Adding a service". */
function serviceView(stack: Stack, service: Service, site: Site): object {
  return {
    stack: { domain: stack.domain, address: site.address },
    service: { name: service.name, home: service.account.home, user: service.account.user },
    settings: service.settings,
    ports: portView(service),
    routes: routeView(stack),
    services: Object.fromEntries(
      stack.services.map((other) => [other.name, { ports: portView(other), settings: other.settings }]),
    ),
    nameservers: site.nameservers,
    authority: { certificate: AUTHORITY_CERTIFICATE, fingerprint: AUTHORITY_FINGERPRINT },
  };
}

function portView(service: Service): object {
  return Object.fromEntries(service.ports.map((port) => [port.name, { host: port.host, container: port.container }]));
}

function routeView(stack: Stack): readonly object[] {
  return stack.services.flatMap((service) =>
    service.routes.map((route) => ({
      host: route.host,
      name: `${route.host}.${stack.domain}`,
      service: service.name,
      port: service.ports.find((port) => port.name === route.port)?.host,
      bodySize: route.bodySize,
      readTimeout: route.readTimeoutSeconds,
      paths: route.paths,
    })),
  );
}
