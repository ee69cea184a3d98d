/** Rules about host names, TLS and the certificate. */
import { suggest } from "../../model/suggest.ts";
import { covers } from "../assemble/paths.ts";
import { keySpotAt, spotAt } from "../report.ts";
import { forEachTwin, inFile, keyInFile, type Rule, whereSet } from "./world.ts";

export const routeHostsAreDistinct: Rule = ({ members }, report) => {
  const routes = members.flatMap((member) =>
    member.service.routes.map((route, index) => ({
      member,
      route,
      index,
      written: member.draft.written.routes[index],
    })),
  );
  const hostOf = ({ route }: (typeof routes)[number]) => route.host;
  forEachTwin(routes, hostOf, (first, second) => {
    const { name } = second.member.service;
    const host = second.written?.host ?? "";
    report(
      whereSet(second.member, ["hosts", host], ["routes", second.index, "host"]),
      `the host name ${second.route.host} of ${name} is also used by ${first.member.service.name}`,
      `set services.${name}.hosts.${host} to another name`,
    );
  });
};

/** The proxy is on this host: it calls the loopback side. */
export const routesLeadToLoopbackPorts: Rule = ({ members }, report) => {
  for (const member of members) {
    const { ports, routes } = member.service;
    routes.forEach((route, index) => {
      const port = ports.find((candidate) => candidate.name === route.port);
      if (port === undefined) return;
      if (port.bind.includes("loopback") && port.protocols.includes("tcp") && !port.socket) return;
      const message = `port ${port.name} is not published on loopback, so the proxy cannot reach it`;
      report(inFile(member, "routes", index, "port"), message, `add loopback to ports.${port.name}.bind`);
    });
  }
};

export const oneServiceEndsTls: Rule = ({ members, site }, report) => {
  const proxies = members.filter((member) => member.service.terminatesTls !== undefined);
  for (const second of proxies.slice(1)) {
    const at = keyInFile(second, "terminates_tls");
    report(at, `${second.service.name} ends TLS, and so does ${proxies[0]?.service.name}`, "disable one of them");
  }
  const routed = members.find((member) => member.service.routes.length > 0);
  // With a broken service about, the proxy may be the one that could not be read.
  if (proxies.length > 0 || routed === undefined || site.broken.size > 0) return;
  const name = routed.service.name;
  const message = `${name} has a host name, but no service of the stack ends TLS for it`;
  report(spotAt(site.stack, ["services", name]), message, "enable nginx-proxy");
};

export const portalIsServed: Rule = ({ members, site }, report) => {
  const proxy = members.find(({ service }) => service.terminatesTls !== undefined);
  if (!site.header.portal || site.broken.size > 0) return;
  const at = spotAt(site.stack, ["portal"]);
  if (proxy === undefined)
    return report(at, "no service of the stack ends TLS, so nobody shows it", "enable nginx-proxy");
  const { terminatesTls, directories, containers, name } = proxy.service;
  const place = terminatesTls?.portalDirectory;
  const inTls = inFile(proxy, "terminates_tls", "portal_in");
  if (place === undefined)
    return report(at, `${name} does not show it`, "name a directory in its terminates_tls.portal_in");
  if (!directories.some(({ path }) => path === place)) report(inTls, `nothing makes ${place}`, "add it to directories");
  const mounts = containers.flatMap((container) => container.mounts).filter(({ source }) => covers(source, place));
  if (mounts.length === 0) report(inTls, `no container of ${name} mounts ${place}`, "add it to its mounts");
  // Who shows it is called by everybody: it may not say something else there.
  else if (mounts.some(({ readOnly }) => !readOnly))
    report(inTls, `a container of ${name} may write in ${place}`, "mount it with read_only: true");
};

/** The certificate's files are laid there before anything is started. */
export const tlsFilesHaveTheirPlace: Rule = ({ members }, report) => {
  for (const member of members) {
    const { terminatesTls, directories, containers, ports, name } = member.service;
    if (terminatesTls === undefined) continue;
    const { certificateDirectory, authorityDirectory, clientPort } = terminatesTls;
    const at = (key: string) => inFile(member, "terminates_tls", key);
    for (const [key, wanted] of [
      ["certificate_in", certificateDirectory],
      ["authority_in", authorityDirectory],
    ] as const) {
      if (directories.some(({ path }) => path === wanted)) continue;
      report(at(key), `nothing makes ${wanted}`, "add it to directories");
    }
    if (!containers.some(({ mounts }) => mounts.some(({ source }) => covers(source, certificateDirectory)))) {
      report(at("certificate_in"), `no container of ${name} mounts ${certificateDirectory}`, "add it to its mounts");
    }
    if (covers(authorityDirectory, certificateDirectory)) {
      report(at("certificate_in"), "clients may fetch what lies there, and it holds the key", "name another directory");
    }
    const port = ports.find((candidate) => candidate.name === clientPort);
    if (port !== undefined && (!port.bind.includes("tailnet") || !port.protocols.includes("tcp"))) {
      const hint = `add tailnet to ports.${port.name}.bind`;
      report(at("client_port"), `port ${port.name} is not published on the tailnet, so no client reaches it`, hint);
    }
  }
};

export const certificateTimesFit: Rule = ({ site }, report) => {
  const { leaf_days, renew_before_days, authority_days } = site.header.certificate;
  const at = (key: string) => spotAt(site.stack, ["certificate", key]);
  if (renew_before_days >= leaf_days) {
    report(at("renew_before_days"), `wanted less than leaf_days (${leaf_days}), found ${renew_before_days}`);
  }
  if (authority_days <= leaf_days) {
    report(at("authority_days"), `wanted more than leaf_days (${leaf_days}), found ${authority_days}`);
  }
};

export const ownCertificateIsComplete: Rule = ({ site }, report) => {
  const { source, address, ...written } = site.header.certificate;
  for (const key of ["certificate", "key"] as const) {
    if (source !== "own" || written[key] !== undefined) continue;
    report(spotAt(site.stack, ["certificate"]), `source: own needs ${key}`, `${key}: /etc/install-quadlets/tls/...`);
  }
  for (const key of ["certificate", "key", "authority"] as const) {
    if (source === "own" || written[key] === undefined) continue;
    report(
      keySpotAt(site.stack, ["certificate", key]),
      `${key} is for a certificate of the site's own`,
      "add source: own",
    );
  }
  if (source === "own" && address) {
    const hint = "the certificate that you bring says what it is valid for";
    report(keySpotAt(site.stack, ["certificate", "address"]), "address is for certificates that are made here", hint);
  }
};

/** A name for one service: which, must be said by the name that it has here. */
export const tailscaleNamesARoute: Rule = ({ members, site }, report) => {
  const { tailscale } = site.header.certificate;
  const hosts = members.flatMap((member) => member.service.routes.map((route) => route.host));
  // With a broken service about, the host may be that one's.
  if (tailscale === undefined || hosts.includes(tailscale) || site.broken.size > 0) return;
  const at = spotAt(site.stack, ["certificate", "tailscale"]);
  report(at, `no route has the host ${JSON.stringify(tailscale)}`, suggest(tailscale, hosts, "hosts of routes"));
};

export const listenAddressIsOneOfTheHost: Rule = ({ site }, report) => {
  const { listen } = site.header;
  if (listen !== "0.0.0.0" && !listen.startsWith("127.")) return;
  const message = listen === "0.0.0.0" ? "0.0.0.0 means every network" : `${listen} is loopback`;
  report(spotAt(site.stack, ["listen"]), `${message}; services face one address of this host`, "auto is Tailscale's");
};
