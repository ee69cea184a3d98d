/** Rules about names that two units claim, or that nobody takes; and about drop-ins. */
import { isAtLeast } from "../quadlet/version.ts";
import { last, nameKey, objectName, serviceOf, settingOf, unquoted } from "./lookup.ts";
import { atEntry, atUnit, type Context, type Found, perUnit, type Rule } from "./rule.ts";
import { KINDS, type Unit } from "./unit-set.ts";

/** Two units that claim one name: told at the later one. */
function clashes(
  context: Context,
  nameOf: (unit: Unit) => string | undefined,
  find: (unit: Unit, name: string, other: Unit) => Found,
): readonly Found[] {
  const taken = new Map<string, Unit>();
  return context.set.units.flatMap((unit) => {
    const name = nameOf(unit);
    if (name === undefined) return [];
    const other = taken.get(name);
    if (other === undefined) taken.set(name, unit);
    return other === undefined ? [] : [find(unit, name, other)];
  });
}

/** The name that the generator makes of the file's has an "@", which it replaces for few kinds only. */
function isTemplateName(unit: Unit, { podman }: Context): boolean {
  const at = unit.name.indexOf("@");
  if (at === -1 || unit.kind === "container") return false;
  const isInstance = at < unit.name.length - unit.kind.length - 2;
  return unit.kind === "pod" || isInstance || !isAtLeast(podman, "5.7");
}

export const nameRules: readonly Rule[] = [
  {
    id: "one-service-twice",
    level: "error",
    what: "Two files become one service.",
    why: "The generator writes one over the other.",
    instead: "Another file name, or another ServiceName=.",
    find: (context) =>
      clashes(
        context,
        (unit) => serviceOf(unit, context),
        (unit, service, other) => {
          const entry = last(unit, "ServiceName");
          const message = `becomes ${service}, and so does ${other.name}`;
          const hint = "rename one of the files, or give one a ServiceName=";
          return entry === undefined ? { ...atUnit(unit, message, hint), path: "" } : atEntry(entry, message, hint);
        },
      ),
  },
  {
    id: "one-name-twice",
    level: "error",
    what: "Two containers, or two pods, have one name.",
    why: "Each is started with --replace: the second takes the first one down. A pod and a container may share a name.",
    instead: "Another ContainerName= or PodName=.",
    find: (context) =>
      (["container", "pod"] as const).flatMap((kind) =>
        clashes(
          context,
          (unit) => (unit.kind === kind ? objectName(unit, context) : undefined),
          (unit, name, other) => {
            const entry = last(unit, nameKey(kind) ?? "");
            const message = `the name ${name} is also that of ${other.name}`;
            const hint = "the second to start takes the first one down";
            return entry === undefined ? atUnit(unit, message, hint) : atEntry(entry, message, hint);
          },
        ),
      ),
  },
  {
    id: "one-file-twice",
    level: "warning",
    what: "Two folders of a tree have a quadlet of one name.",
    why: "The generator reads the first one that it finds, and not the other.",
    instead: "Another file name.",
    find: ({ set }) =>
      set.shadowed.map(({ unit, by }) =>
        atUnit(unit, `is not read, since ${by.file.path} has the same name`, "rename one of them"),
      ),
  },
  {
    id: "drop-in-without-unit",
    level: "warning",
    what: "A drop-in belongs to no unit that is here.",
    why: "Nobody reads it.",
    instead: "FILE.d/NAME.conf with the whole name of the unit's file: web.container.d/10-gpu.conf.",
    find: ({ set }) =>
      set.orphans.map((file) => {
        const unit = file.folder.slice(file.folder.lastIndexOf("/") + 1).replace(/\.d$/, "");
        return {
          file,
          at: 0,
          path: "",
          message: `there is no ${unit}, so nobody reads this`,
          hint: "put it beside its unit",
        };
      }),
  },
  {
    id: "drop-in-too-new",
    level: "error",
    what: "A unit has drop-ins, and the target's podman does not read them.",
    why: "They are ignored silently before 5.0; container.d and NAME-.container.d before 5.2.",
    instead: "The same lines in the unit's own file.",
    until: "5.2",
    find: perUnit(KINDS, (unit, { podman }) =>
      unit.dropIns
        .filter((file) => !isAtLeast(podman, "5.0") || !file.folder.endsWith(`${unit.name}.d`))
        .map((file) => ({
          file,
          at: 0,
          path: "",
          message: `podman ${podman} does not read this drop-in`,
          hint: "write it into the unit itself",
        })),
    ),
  },
  {
    id: "name-that-podman-refuses",
    level: "error",
    what: "The name of a container, pod, network or volume has characters that podman refuses.",
    why: "The unit does not start.",
    instead: "A letter or digit, then letters, digits, and _ . -.",
    find: perUnit(["container", "pod", "network", "volume"], (unit, context) => {
      const entry = last(unit, nameKey(unit.kind) ?? "");
      const value = entry === undefined ? "" : unquoted(entry.value, context);
      if (value === "" && isTemplateName(unit, context)) {
        const message = "podman takes no name with the @ of a template in it";
        return [atUnit(unit, message, `set ${nameKey(unit.kind)}=, for example ${unit.kind}-%i`)];
      }
      if (entry === undefined || value === "" || /[%$]/.test(value) || /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(value))
        return [];
      return [atEntry(entry, `podman takes no name like "${value}"`, "letters, digits and _.-")];
    }),
  },
  {
    id: "service-name",
    level: "error",
    what: "ServiceName= is empty, ends with .service, or is no name of a unit.",
    why: "The service gets another name than meant (NAME.service.service), or none that systemd takes.",
    instead: "The name without .service.",
    find: perUnit(KINDS, (unit, target) => {
      const entry = last(unit, "ServiceName");
      const value = settingOf(unit, "ServiceName", target);
      if (entry === undefined) return [];
      if (value.endsWith(".service"))
        return [atEntry(entry, `the unit will be ${value}.service`, "leave .service out")];
      if (/^[A-Za-z0-9:_.\\@-]+$/.test(value)) return [];
      return [atEntry(entry, `"${value}" is no name of a unit`, "letters, digits and :_.\\@-")];
    }),
  },
  {
    id: "file-name",
    level: "error",
    what: "The name of the file holds characters that no unit of systemd may have.",
    why: "systemd ignores the generated service.",
    instead: "Letters, digits, and : - _ . \\ @.",
    find: perUnit(KINDS, (unit) =>
      /^[A-Za-z0-9:_.\\@-]+$/.test(unit.name) && unit.name.length < 240
        ? []
        : [atUnit(unit, "systemd takes no unit of this name", "rename the file: letters, digits and :_.\\@-")],
    ),
  },
];
