/** An excerpt of a service in, its unit files out; the text in the cases is reviewed like code. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderTemplate } from "../../src/render/handlebars.ts";
import type { UnitContext } from "../../src/render/unit-context.ts";
import { type RenderedUnit, renderUnits } from "../../src/render/units.ts";
import { find } from "../rules/cases.ts";
import { loadCases } from "./cases.ts";
import { completeService, type ServiceExcerpt } from "./excerpt.ts";
import { readContainer } from "./reader.ts";

interface Case {
  readonly name: string;
  readonly podman: string;
  readonly upstreamPorts?: readonly number[];
  readonly service: ServiceExcerpt;
  readonly units: readonly (Omit<RenderedUnit, "podUnit"> & { readonly podUnit?: string })[];
}

function render(excerpt: ServiceExcerpt, podmanVersion: string, upstreamPorts: readonly number[] = []) {
  const context: UnitContext = {
    service: completeService(excerpt),
    podmanVersion,
    listen: "100.64.0.7",
    upstreamPorts,
    secretName: (secret) => `demo-${secret}`,
    templates: (name) => ({
      file: `templates/${name}`,
      source: readFileSync(new URL(`../../templates/${name}`, import.meta.url), "utf8"),
    }),
  };
  return renderUnits(context);
}

const cases = loadCases<Case>("units.yaml");

describe.each(cases)("%s", (_, { podman, upstreamPorts, service, units }) => {
  test("is the reviewed text", () => {
    const rendered = render(service, podman, upstreamPorts);
    expect(rendered).toEqual(units.map((unit) => ({ ...unit, podUnit: unit.podUnit })));
  });

  test.each(["5.0.0", "5.2.5", "5.4.2", "5.6.0", "5.8.3", "6.1.2"])(
    "podman %s has nothing to complain about",
    (version) => {
      const texts = Object.fromEntries(
        render(service, version, upstreamPorts).map((unit) => [unit.fileName, unit.content]),
      );
      expect(find(texts, { podman: version }).filter((finding) => finding.level === "error")).toEqual([]);
    },
  );
});

test("hostile strings reach the program as they are", () => {
  const hostile = JSON.parse(readFileSync(new URL("./hostile-strings.json", import.meta.url), "utf8")) as string[];
  const environment = Object.fromEntries(hostile.map((value, index) => [`V${index}`, value]));
  const command = ["sh", "-c", 'echo "%n" $HOME\n'];
  const container = {
    command: hostile,
    entrypoint: hostile,
    environment,
    health: { command, intervalSeconds: 1, timeoutSeconds: 1, retries: 1 },
  };
  const [unit] = render({ containers: [container] }, "5.4.2");
  const seen = readContainer(unit?.content ?? "");
  expect(seen.command).toEqual(hostile);
  expect(seen.environment).toEqual(environment);
  expect(JSON.parse(seen.option("Entrypoint")[0] ?? "")).toEqual(hostile);
  expect(JSON.parse(seen.option("HealthCmd")[0] ?? "")).toEqual(command);
});

test.each<[string, ServiceExcerpt, string]>([
  [
    "a dependency on nobody",
    { containers: [{ after: [{ container: "x", condition: "started" }] }] },
    'no container "x"',
  ],
  [
    "a colon in a mount",
    { containers: [{ mounts: [{ source: "/a:b" as never, target: "/b", readOnly: true }] }] },
    "colon",
  ],
  [
    "\\r\\n in a variable that podman obeys",
    { containers: [{ environment: { HOME: "a\r\nb" } }] },
    "podman cannot pass on",
  ],
  ["NUL", { containers: [{ command: ["a\0b"] }] }, "NUL"],
])("refuses %s", (_, excerpt, message) => {
  expect(() => render(excerpt, "5.4.2")).toThrow(message);
});

test("a unit that the generator would leave out is refused before it is written", () => {
  expect(() => render({ containers: [{ unit: "a b" }] }, "5.4.2")).toThrow("systemd takes no unit of this name");
});

test.each([
  ["volume", "Volume", { name: "data 100 %" }],
  ["network", "Network", { name: "inner", internal: true }],
])("the template %s.hbs makes a unit without findings", (template, section, view) => {
  const source = readFileSync(new URL(`../../templates/quadlet/${template}.hbs`, import.meta.url), "utf8");
  const file = { file: template, source };
  const text = renderTemplate(file, { service: "demo", description: "Demo", ...view });
  expect(text).toContain(`[${section}]`);
  expect(find({ [`a.${template}`]: text })).toEqual([]);
});
