/** Invents files: right ones, and such as are a little wrong. Everything comes from the seed. */
import fc from "fast-check";
import { keysOfSection } from "../../src/quadlet/keys.ts";
import { isAtLeast } from "../../src/quadlet/version.ts";
import { KINDS, type Kind, sectionOf } from "../../src/rules/unit-set.ts";
import type { Texts } from "../rules/cases.ts";
import { ODD, RIGHT } from "./values.ts";

const SINCE: Partial<Record<Kind, string>> = { artifact: "5.7" };

/** What others may refer to. */
const PARTNERS: Texts = {
  "app.network": "[Network]\n",
  "app.pod": "[Pod]\n",
  "app.image": "[Image]\nImage=quay.io/a/b:1\n",
  "app.build": "[Build]\nImageTag=localhost/b\nFile=/srv/Containerfile\n",
  "data.volume": "[Volume]\n",
  "db.container": "[Container]\nImage=quay.io/a/db:1\n",
};

/** Without these there is no unit. */
const NEEDED: Record<Kind, string> = {
  container: "Image=docker.io/library/nginx:1.29",
  pod: "",
  network: "",
  volume: "",
  image: "Image=quay.io/a/b:1",
  build: "ImageTag=localhost/x\nSetWorkingDirectory=unit",
  kube: "Yaml=app.yaml",
  artifact: "Artifact=quay.io/a/b:1",
};

const SYSTEMD: readonly (readonly [section: string, keys: string])[] = [
  ["Unit", "After Requires Wants Description"],
  [
    "Service",
    "Type KillMode Restart TimeoutStartSec ExecStartPre WorkingDirectory Environment NotifyAccess SyslogIdentifier User",
  ],
  ["Install", "WantedBy Alias DefaultInstance"],
  ["Quadlet", "DefaultDependencies Unknown"],
  ["X-Notes", "Image Pod"],
];
const SERVICE_TYPES = ["notify", "oneshot", "simple", "forking"];

function value(section: string, key: string): fc.Arbitrary<string> {
  const pool = section === "Service" && key === "Type" ? SERVICE_TYPES : (RIGHT[key] ?? ["a"]);
  const right = fc.constantFrom(...pool);
  const odd = fc.constantFrom(...ODD);
  return fc.oneof(
    { arbitrary: right, weight: 12 },
    { arbitrary: odd, weight: 3 },
    { arbitrary: fc.tuple(right, odd).map(([a, b]) => a + b), weight: 2 },
    { arbitrary: fc.tuple(odd, right).map(([a, b]) => a + b), weight: 1 },
    { arbitrary: fc.tuple(right, odd).map(([a, b]) => `${a} ${b}`), weight: 2 },
    { arbitrary: fc.tuple(odd, odd).map(([a, b]) => `${a} ${b}`), weight: 1 },
  );
}

function assignment(section: string, keys: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...keys).chain((key) => value(section, key).map((text) => `${key}=${text}`));
}

/** One key several times, and sometimes taken back in between. */
function several(section: string, key: string): fc.Arbitrary<string[]> {
  const text = fc.oneof({ arbitrary: value(section, key), weight: 5 }, { arbitrary: fc.constant(""), weight: 1 });
  return fc.array(text, { minLength: 2, maxLength: 3 }).map((texts) => texts.map((one) => `${key}=${one}`));
}

function own(kind: Kind, podman: string): fc.Arbitrary<readonly string[]> {
  const section = sectionOf(kind);
  const table = keysOfSection(section) ?? {};
  const known = Object.keys(table).filter((key) => isAtLeast(podman, table[key]?.since ?? "4.4"));
  const all = [...Object.keys(table), "Unknown", "image", "Exec", "Environment"];
  const one = fc.oneof(
    { arbitrary: assignment(section, known).map((line) => [line]), weight: 24 },
    { arbitrary: fc.constantFrom(...known).chain((key) => several(section, key)), weight: 6 },
    { arbitrary: assignment(section, all).map((line) => [line]), weight: 1 },
  );
  return fc.array(one, { maxLength: 5 }).map((lines) => lines.flat());
}

const others = fc.array(
  fc
    .constantFrom(...SYSTEMD)
    .chain(([section, keys]) =>
      fc
        .array(assignment(section, keys.split(" ")), { maxLength: 2, minLength: 1 })
        .map((lines) => `[${section}]\n${lines.join("\n")}\n`),
    ),
  { maxLength: 2 },
);

/** Small edits of the text as such. */
const NOISE: readonly ((text: string, at: number) => string)[] = [
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => text.slice(0, -1),
  (text) => `${text}\\`,
  (text) => `${text}\\\n`,
  (text) => `${text}\\\n# end\n`,
  (text) => `Image=x\n${text}`,
  (text) => `# a comment\n\n; another\n${text}`,
  (text) => text.replaceAll("=", " = "),
  (text) => text.replace(/^/gm, "  "),
  (text) => text.replace(/$/gm, " \t"),
  ...[
    "\\\n",
    " \\\n",
    "\\\n# c\n",
    "\\\n\n",
    "\\\n;c\n ",
    "\n",
    " ",
    "\0",
    "\udcff",
    "\u0085",
    "=",
    "[",
    "]",
    "#",
    '"',
    "\\",
  ].map((piece) => (text: string, at: number) => text.slice(0, at) + piece + text.slice(at)),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at + 5),
  (text, at) => text.slice(0, at) + text.slice(at - 8),
  (text) => text.toLowerCase(),
  (text) => text + text,
  () => "",
];

function text(kind: Kind, podman: string, isWhole: boolean): fc.Arbitrary<string> {
  const noise = fc.array(fc.tuple(fc.nat({ max: NOISE.length - 1 }), fc.nat({ max: 1000 })), {
    minLength: 1,
    maxLength: 2,
  });
  return fc
    .record({
      lines: own(kind, podman),
      needed: fc.nat({ max: 15 }),
      others,
      isFirst: fc.boolean(),
      noise: fc.oneof({ arbitrary: fc.constant([] as [number, number][]), weight: 4 }, { arbitrary: noise, weight: 1 }),
    })
    .map((parts) => {
      const needed = parts.needed > 0 && isWhole ? NEEDED[kind] : "";
      const main = [`[${sectionOf(kind)}]`, ...(needed === "" ? [] : [needed]), ...parts.lines].join("\n");
      const whole = (parts.isFirst ? [`${main}\n`, ...parts.others] : [...parts.others, `${main}\n`]).join("\n");
      return parts.noise.reduce((sum, [which, at]) => NOISE[which]?.(sum, at % (sum.length + 1)) ?? sum, whole);
    });
}

const NAMES = ["a", "a-b", "t@", "t@x", "my.app", "a b", "é"];

/** Not at the root, so that relative paths have a name before them. */
function inFolder(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).map(([path, body]) => [`q/${path}`, body]));
}

/** One file, sometimes with drop-ins, and what it may refer to. */
export function inventions(podman: string): fc.Arbitrary<Texts> {
  const kinds = KINDS.filter((kind) => isAtLeast(podman, SINCE[kind] ?? "4.4"));
  const kind = fc.oneof(
    { arbitrary: fc.constant<Kind>("container"), weight: 5 },
    { arbitrary: fc.constantFrom(...kinds), weight: 5 },
  );
  const stem = fc.oneof(
    { arbitrary: fc.constant("a"), weight: 12 },
    { arbitrary: fc.constantFrom(...NAMES), weight: 2 },
  );
  const rare = <T>(one: fc.Arbitrary<T>, none: T) =>
    fc.oneof({ arbitrary: fc.constant(none), weight: 8 }, { arbitrary: one, weight: 1 });
  return fc.tuple(kind, stem).chain(([one, name]) =>
    fc
      .record({
        main: text(one, podman, true),
        dropIn: rare(fc.tuple(fc.constantFrom(`${name}.${one}.d`, `${one}.d`), text(one, podman, false)), undefined),
        more: rare(text(one, podman, false), undefined),
        second: rare(
          fc.constantFrom(...kinds).chain((other) => text(other, podman, true).map((body) => [other, body] as const)),
          undefined,
        ),
        partners: fc.nat({ max: 5 }),
      })
      .map(({ main, dropIn, more, second, partners }) =>
        inFolder({
          ...(partners > 0 ? PARTNERS : {}),
          [`${name}.${one}`]: main,
          ...(dropIn === undefined ? {} : { [`${dropIn[0]}/10-x.conf`]: dropIn[1] }),
          ...(more === undefined ? {} : { [`${name}.${one}.d/20-y.conf`]: more }),
          // In place of the partner of that kind.
          ...(second === undefined
            ? {}
            : {
                [`${second[0] === "volume" ? "data" : second[0] === "container" ? "db" : "app"}.${second[0]}`]:
                  second[1],
              }),
        }),
      ),
  );
}
