/** What a site writes is what the model holds: no character of a value means anything. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { resolveStack } from "../../src/config/resolve.ts";
import { fuzz } from "../support/fuzz.ts";

const service = `
description: app
account: { user: app-user, home: /var/lib/app }
settings:
  text: { type: string, description: any text }
  items: { type: list, description: any texts }
containers:
  app:
    image: docker.io/lab/app:1
    command: ["\${settings.text}", "--text=\${settings.text}", { each: items, args: [--item, "\${item}"] }]
    environment: { COPY: "\${settings.text}" }
`;

/** Everything that can be in an argument or a variable: all of Unicode but NUL and what is no character. */
const text = fc.string({ unit: "binary" }).filter((value) => !/[\0\p{Noncharacter_Code_Point}]/u.test(value));
const nasty = fc.constantFrom(
  // biome-ignore lint/suspicious/noTemplateCurlyInString: one of the texts that must mean nothing
  "${settings.text}",
  "$${",
  "%h",
  "$HOME",
  "\\n",
  '"',
  "'",
  "\n- x: 1\n",
  "#",
  "@LISTEN_ADDRESS@",
);
const value = fc.oneof(
  text,
  fc.array(fc.oneof(text, nasty)).map((parts) => parts.join("")),
);

/** As JSON, which is YAML, and as YAML's own writer would put it. */
const writers = { json: JSON.stringify, yaml: (data: unknown) => stringify(data) };

function resolve(write: (data: unknown) => string, setting: string, items: readonly string[], variable: string) {
  const app = { settings: { text: setting, items }, environment: { app: { VARIABLE: variable } } };
  const stack = resolveStack({
    stack: [{ file: "stack.yaml", text: write({ services: { app } }) }],
    services: [{ file: "services/app.yaml", text: service }],
  });
  return stack.services[0];
}

describe.each(Object.entries(writers))("any text, written as %s", (_, write) => {
  test("arrives unchanged in settings, arguments and environment", () => {
    fc.assert(
      fc.property(value, fc.array(value), value, (setting, items, variable) => {
        const app = resolve(write, setting, items, variable);
        expect(app?.settings).toEqual({ text: setting, items });
        const container = app?.containers[0];
        expect(container?.environment).toEqual({ COPY: setting, VARIABLE: variable });
        const flags = items.flatMap((item) => ["--item", item]);
        expect(container?.command).toEqual([setting, `--text=${setting}`, ...flags]);
      }),
      fuzz(),
    );
  });
});
