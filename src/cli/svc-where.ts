/** `svc where`: what of a service lies where. */

import { findTarget, readIndex } from "../apps/service-index.ts";
import { findBackups } from "../backup/where.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedPort } from "../model/index-file.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print, printJson, table } from "./output.ts";

export async function where(name: string, options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const { service, units } = findTarget(index, name);
  if (service.places === undefined)
    throw userError(
      "not-recorded",
      "the run that installed this did not write down where things are",
      "sudo install-quadlets",
    );
  const { directories, files, unitFiles } = service.places;
  const images = [...new Set(units.map((unit) => unit.image).filter((image) => image !== ""))];
  const { user, uid, home, urls, ports } = service;
  const { paths: backups, unread } = await findBackups(system, index, service.name);
  if (unread !== undefined) complain(`${unread} cannot be read: which backups are there is not known`);
  if (options.json === true) {
    return printJson({
      version: 1,
      service: service.name,
      user,
      uid,
      home,
      directories,
      files,
      unitFiles,
      images,
      backups,
      ports,
      urls,
    });
  }
  const section = (head: string, lines: readonly string[]) =>
    lines.map((line, index) => [index === 0 ? head : "", line]);
  print(
    table([
      ["account", `${user} (uid ${uid}), home ${home}`],
      ...section("data", directories),
      ...section("configuration", files),
      ...section("unit files", unitFiles),
      ...section("images", images),
      ...section("image store", [`${home}/.local/share/containers/storage`]),
      ...section("backups", backups),
      ...section("ports", ports.map(portText)),
      ...section("addresses", urls),
    ]),
  );
}

function portText({ name, port, protocols, bind, redirectFrom }: IndexedPort): string {
  const from = redirectFrom === undefined ? "" : `, reached as ${redirectFrom}`;
  return `${name}: ${port} (${protocols.join(", ")}) on ${bind.join(" and ")}${from}`;
}
