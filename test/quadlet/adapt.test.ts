/** A unit in, the same unit for an older podman out. */
import { expect, test } from "vitest";
import { formatDiagnostic } from "../../src/model/diagnostic.ts";
import { adaptUnit, adaptUnitOrThrow } from "../../src/quadlet/adapt.ts";
import { parseUnit } from "../../src/quadlet/parse.ts";
import { writeUnit } from "../../src/quadlet/write.ts";
import { find } from "../rules/cases.ts";
import { loadCases } from "./cases.ts";

interface Case {
  readonly name: string;
  readonly in: string;
  /** Podman version to the text for it, or to "same". */
  readonly out: Readonly<Record<string, string>>;
  readonly findings?: readonly string[];
}

const cases = loadCases<Case>("adapt.yaml").flatMap(([name, { in: text, out, findings }]) =>
  Object.entries(out).map(([podman, wanted]) => [`${name}, podman ${podman}`, podman, text, wanted, findings] as const),
);

test.each(cases)("%s", (_, podman, text, wanted, findings) => {
  const { unit, diagnostics } = adaptUnit(parseUnit(text, "a.container"), "a.container", podman);
  const written = writeUnit(unit);
  expect(written).toBe(wanted === "same" ? text : wanted);
  expect(diagnostics.map(formatDiagnostic)).toEqual(findings ?? []);
  const left = find({ "a.container": written }, { podman });
  expect(left.filter((finding) => finding.rule === "key-too-new")).toEqual([]);
});

test("throws every finding at once", () => {
  const unit = parseUnit("[Container]\nReloadSignal=HUP\nServiceName=x\n", "a.container");
  expect(() => adaptUnitOrThrow(unit, "a.container", "5.2.0")).toThrow(/ReloadSignal.*\n.*\n.*ServiceName/);
});

test.each(["4.9.3", "4.3.1"])("refuses podman %s", (version) => {
  expect(() => adaptUnit(parseUnit("", "a"), "a", version)).toThrow(`podman ${version} is too old`);
});

test("refuses a version that is none", () => {
  expect(() => adaptUnit(parseUnit("", "a"), "a", "latest")).toThrow('"latest" is not a podman version');
});
