/** Rules about [Unit] and [Install] that name quadlets instead of the services that become of them. */
import { defaultService, type PlacedWord, serviceOf, wordsOf } from "./lookup.ts";
import { atValue, type Context, type Edit, type Found, perUnit, type Rule } from "./rule.ts";
import { KINDS, kindOf, type Unit } from "./unit-set.ts";

/** Those that the generator translates from 5.5 on. */
const TRANSLATED =
  "After Before BindsTo Conflicts OnFailure OnSuccess PartOf PropagatesReloadTo PropagatesStopTo ReloadPropagatedFrom Requires Requisite StopPropagatedFrom Upholds Wants".split(
    " ",
  );

function named(context: Context, name: string): string {
  const unit = context.set.byName.get(name);
  if (unit !== undefined) return serviceOf(unit, context);
  const kind = kindOf(name);
  return kind === undefined ? name : defaultService(name, kind, context.podman);
}

/** The words of a setting that name quadlet files. */
function quadletsIn(unit: Unit, section: string, key: string): readonly PlacedWord[] {
  return wordsOf(unit, key, "words", section).filter((word) => kindOf(word.text) !== undefined);
}

function renamed(word: PlacedWord, to: string): readonly Edit[] | undefined {
  const { entry } = word;
  const [part] = entry.parts;
  if (entry.parts.length !== 1 || part === undefined || word.quoted) return undefined;
  return [{ file: entry.file, from: part.at + word.at, to: part.at + word.end, text: to }];
}

function namesNoUnit(word: PlacedWord, context: Context): Found {
  const service = named(context, word.text);
  const message = `names ${word.text}, which is no systemd unit`;
  return atValue(word.entry, word.at, message, `name the generated ${service}`, renamed(word, service));
}

export const dependencyRules: readonly Rule[] = [
  {
    id: "dependency-on-a-quadlet",
    level: "error",
    what: "A dependency names a quadlet instead of the service that becomes of it.",
    why: "Before 5.5 systemd drops it and says nothing: nothing is waited for.",
    instead: "The generated service, which works with every version: After=db.service, After=opik-pod.service.",
    until: "5.5",
    find: perUnit(KINDS, (unit, context) =>
      TRANSLATED.flatMap((key) => quadletsIn(unit, "Unit", key)).map((word) => namesNoUnit(word, context)),
    ),
  },
  {
    id: "dependency-missing",
    level: "error",
    what: "A dependency names a quadlet that is not there.",
    why: "From 5.5 on the generator translates such names, and leaves the unit out where it cannot.",
    instead: "The name of a file that is there, or of the service.",
    since: "5.5",
    find: perUnit(KINDS, (unit, context) =>
      TRANSLATED.flatMap((key) => wordsOf(unit, key, "words", "Unit"))
        .filter((word) => KINDS.some((kind) => word.text.endsWith(`.${kind}`)))
        .filter((word) => !context.set.byName.has(word.text))
        .map((word) =>
          atValue(
            word.entry,
            word.at,
            `there is no file ${word.text}`,
            "the generator leaves this unit out without it",
          ),
        ),
    ),
  },
  {
    id: "wanted-by-a-quadlet",
    level: "error",
    what: "[Install] names a quadlet instead of the service that becomes of it.",
    why: "No version translates it: the link goes to a unit that does not exist, and nothing starts this one.",
    instead: "The generated service.",
    find: perUnit(KINDS, (unit, context) =>
      ["WantedBy", "RequiredBy", "UpheldBy"]
        .flatMap((key) => quadletsIn(unit, "Install", key))
        .map((word) => namesNoUnit(word, context)),
    ),
  },
  {
    id: "dependency-by-another-name",
    level: "warning",
    what: "A dependency names NAME.service, and what is here becomes NAME-pod.service or the like.",
    why: "systemd waits for a unit that does not exist, which is no waiting at all; Requires= of it fails.",
    instead: "The name of the generated service.",
    find: (context) => {
      const services = new Set([...context.set.byName.values()].map((unit) => serviceOf(unit, context)));
      return perUnit(KINDS, (unit) =>
        TRANSLATED.flatMap((key) => wordsOf(unit, key, "words", "Unit")).flatMap((word) => {
          const stem = word.text.endsWith(".service") ? word.text.slice(0, -".service".length) : undefined;
          if (stem === undefined || services.has(word.text)) return [];
          const other = KINDS.map((kind) => context.set.byName.get(`${stem}.${kind}`)).find((one) => one !== undefined);
          if (other === undefined) return [];
          const service = serviceOf(other, context);
          const message = `${other.name} becomes ${service}`;
          return [atValue(word.entry, word.at, message, `name ${service}`, renamed(word, service))];
        }),
      )(context);
    },
  },
];
