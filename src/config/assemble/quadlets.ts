/** The quadlets that a service file names: found beside it, with their drop-ins, as they are. */
import { USUAL_PODMAN } from "../../model/podman-version.ts";
import type { QuadletFile } from "../../model/quadlet-file.ts";
import type { Port, Service } from "../../model/service.ts";
import { type RawUnit, readRaw } from "../../raw/unit.ts";
import { spotAt, suggest } from "../report.ts";
import type { Builder } from "./fields.ts";

/** Kinds that podman knows and that are not taken, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  kube: "its images and ports stand in another file, which is not read: write its containers as .container",
  artifact: "nothing here pulls artifacts",
  quadlets: "a bundle is several files in one: take it apart",
};
/** What a run puts in the place of these would be no longer the file as it is. */
const PLACEHOLDER = /@(AUTHORITY_[A-Z0-9_]+|LISTEN_ADDRESS|TAILSCALE_NAME)@/;

export function buildQuadlets(builder: Builder): readonly QuadletFile[] {
  const { draft, site, report } = builder;
  const folder = draft.file.place.file.replace(/[^/]*$/, "");
  const known = [...site.quadlets.keys()].filter((path) => path.startsWith(`${folder}${draft.from}/`));
  const names = new Set<string>();
  return draft.written.quadlets.flatMap((written, index) => {
    const at = spotAt(draft.file, ["quadlets", index]);
    const name = written.slice(written.indexOf("/") + 1);
    const kind = name.slice(name.lastIndexOf(".") + 1);
    const say = (message: string, hint?: string): readonly QuadletFile[] => {
      report(at, message, hint);
      return [];
    };
    if (!written.startsWith(`${draft.from}/`))
      return say(`${written} is not in the folder of this service`, `put it into ${folder}${draft.from}/`);
    if (names.has(name)) return say(`${written} is there twice`, "remove one of them");
    names.add(name);
    if (LEFT_OUT[kind] !== undefined) return say(`a .${kind} is not taken`, LEFT_OUT[kind]);
    if (name.includes("@"))
      return say(`${name} is a template, and nothing says which instances there are`, "a file for each");
    if (!site.quadlets.has(`${folder}${written}`)) {
      const there = known.map((path) => path.slice(folder.length)).filter((path) => path.split("/").length === 2);
      return say(`there is no file ${folder}${written}`, suggest(written, there, "files there"));
    }
    const own = known.filter((path) => path === `${folder}${written}` || path.startsWith(`${folder}${written}.d/`));
    return own.flatMap((path) => {
      const found = site.quadlets.get(path);
      if (found === undefined) return [];
      if ("problem" in found) return say(`${path} ${found.problem}`);
      const placeholder = PLACEHOLDER.exec(found.text)?.[0];
      if (placeholder !== undefined) return say(`${path} holds ${placeholder}, which means something to this program`);
      return [{ path, name: path.slice(`${folder}${draft.from}/`.length), content: found.text }];
    });
  });
}

/** Its quadlets as they are read, which is done once. */
export function withRaw(service: Service): { readonly service: Service; readonly raw: readonly RawUnit[] } {
  if (service.quadlets.length === 0) return { service, raw: [] };
  // Another podman quotes some values otherwise: rendering looks again, for that of the host.
  const raw = readRaw(service.quadlets, service.account.home, USUAL_PODMAN);
  return { service: { ...service, ports: withPublishers(service.ports, raw) }, raw };
}

/** Says of each port whether a quadlet publishes it; then nothing that is rendered may. */
function withPublishers(ports: readonly Port[], units: readonly RawUnit[]): readonly Port[] {
  const hosts = new Set(
    units.flatMap(({ published }) => published.flatMap((one) => ("host" in one ? [one.host] : []))),
  );
  return ports.map((port) => (hosts.has(port.host) ? { ...port, byQuadlet: true } : port));
}
