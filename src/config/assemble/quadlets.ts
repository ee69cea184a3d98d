/** The quadlets that a service file names: found beside it, with their drop-ins, as they are. */
import { isGpu } from "../../model/gpu.ts";
import { USUAL_PODMAN } from "../../model/podman-version.ts";
import { foldersOf, type QuadletFile, TURN_DROP_IN } from "../../model/quadlet-file.ts";
import type { Port, Service } from "../../model/service.ts";
import { suggest } from "../../model/suggest.ts";
import { type RawUnit, readRaw } from "../../raw/unit.ts";
import { dropInFolders } from "../../rules/drop-ins.ts";
import type { ServiceDraft } from "../draft.ts";
import { type Spot, spotAt } from "../report.ts";
import type { Builder } from "./fields.ts";

/** Kinds that podman knows and that are not taken, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  kube: "its images and ports stand in another file, which is not read: write its containers as .container",
  artifact: "nothing here pulls artifacts",
  quadlets: "a bundle is several files in one: take it apart",
};
/** What a run puts in the place of these would be no longer the file as it is. */
const PLACEHOLDER = /@(AUTHORITY_[A-Z0-9_]+|LISTEN_ADDRESS|TAILSCALE_NAME)@/;

/** `units` are those of its containers, which drop-ins for more than one quadlet would change as well. */
export function buildQuadlets(builder: Builder, units: Readonly<Record<string, string>>): readonly QuadletFile[] {
  const { draft, site, report } = builder;
  const folder = `${draft.file.place.file.replace(/[^/]*$/, "")}${draft.from}/`;
  const known = [...site.quadlets.keys()]
    .filter((path) => path.startsWith(folder))
    .map((path) => path.slice(folder.length));
  const spots = new Map<string, Spot>();
  const files = draft.written.quadlets.flatMap((written, index) => {
    const at = spotAt(draft.file, ["quadlets", index]);
    const name = written.slice(written.indexOf("/") + 1);
    const kind = name.slice(name.lastIndexOf(".") + 1);
    const say = (message: string, hint?: string): readonly QuadletFile[] => {
      report(at, message, hint);
      return [];
    };
    if (!written.startsWith(`${draft.from}/`))
      return say(`${written} is not in the folder of this service`, `put it into ${folder}`);
    if (spots.has(name)) return say(`${written} is there twice`, "remove one of them");
    spots.set(name, at);
    if (LEFT_OUT[kind] !== undefined) return say(`a .${kind} is not taken`, LEFT_OUT[kind]);
    if (name.includes("@"))
      return say(`${name} is a template, and nothing says which instances there are`, "a file for each");
    if (!known.includes(name)) {
      const there = known.filter((path) => !path.includes("/")).map((path) => `${draft.from}/${path}`);
      return say(`there is no file ${folder}${name}`, suggest(written, there, "files there"));
    }
    return takeFile(name, at);
  });
  const ours = [
    ...Object.values(units).map((unit) => `${unit}.container`),
    ...(draft.written.pod ? [`${draft.name}.pod`] : []),
  ];
  const changed = new Set(ours.flatMap(dropInFolders));
  const dropIns = foldersOf(known.map((name) => ({ name }))).flatMap((dropIn) => {
    const [, at] = [...spots].find(([name]) => dropInFolders(name).includes(dropIn)) ?? [];
    if (at === undefined) return [];
    const inside = known.filter((name) => name.startsWith(`${dropIn}/`));
    if (!changed.has(dropIn)) return inside.flatMap((name) => takeFile(name, at));
    const place = { file: `${folder}${inside[0]}`, line: 1, column: 1 };
    const hint = `for each quadlet that is meant a copy in ${draft.from}/QUADLET.d/`;
    report(
      { place, path: "" },
      `${dropIn} would change containers of ${draft.name} that are no quadlets of its own`,
      hint,
    );
    return [];
  });
  return [...files, ...dropIns];

  function takeFile(name: string, at: Spot): readonly QuadletFile[] {
    const path = `${folder}${name}`;
    const found = site.quadlets.get(path);
    if (found === undefined) return [];
    const placeholder = "problem" in found ? undefined : PLACEHOLDER.exec(found.text)?.[0];
    if ("problem" in found) report(at, `${path} ${found.problem}`);
    else if (name.endsWith(`/${TURN_DROP_IN}`))
      report(at, `${path} has a name that this program gives to a file of its own`);
    else if (placeholder !== undefined)
      report(at, `${path} holds ${placeholder}, which means something to this program`);
    else return [{ path, name, content: found.text }];
    return [];
  }
}

/** Its quadlets as they are read, which is done once, and what they publish and are given as its own. */
export function withRaw(
  draft: ServiceDraft,
  service: Service,
): { readonly service: Service; readonly raw: readonly RawUnit[] } {
  if (service.quadlets.length === 0) return { service, raw: [] };
  // Another podman quotes some values otherwise: rendering looks again, for that of the host.
  const raw = readRaw(service.quadlets, service.account.home, USUAL_PODMAN);
  const ports = withPublishers(service.ports, raw);
  return { service: { ...service, ports, gpu: withCards(draft, service, raw) }, raw };
}

function withCards({ written, entry }: ServiceDraft, { gpu }: Service, units: readonly RawUnit[]): Service["gpu"] {
  const cards = units.flatMap((unit) => unit.devices.map(({ name }) => name)).filter(isGpu);
  if (cards.length === 0 || written.gpu?.only_looks === true) return gpu;
  return { devices: [...new Set([...(gpu?.devices ?? []), ...cards])], memory: gpu?.memory ?? entry.gpu?.memory };
}

/** Says of each port whether a quadlet publishes it; then nothing that is rendered may. */
function withPublishers(ports: readonly Port[], units: readonly RawUnit[]): readonly Port[] {
  const hosts = new Set(
    units.flatMap(({ published }) => published.flatMap((one) => ("host" in one ? [one.host] : []))),
  );
  return ports.map((port) => (hosts.has(port.host) ? { ...port, byQuadlet: true } : port));
}
