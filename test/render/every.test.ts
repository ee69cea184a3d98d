import { expect, test } from "vitest";
import { ConfigError, UserError } from "../../src/model/diagnostic.ts";
import { every } from "../../src/render/every.ts";

const fault = (file: string) => ({ file, line: 1, column: 1, path: "", message: "is wrong" });

function make(name: string): string {
  if (name.endsWith(".bad")) throw new ConfigError([fault(name)]);
  if (name.endsWith(".worse")) throw new UserError("not a fault of the configuration");
  return name.toUpperCase();
}

test("one thing per item, in their order", () => {
  expect(every(["a", "b"], make)).toEqual(["A", "B"]);
  expect(every([], make)).toEqual([]);
});

test("the faults of all items, each once, also through two levels", () => {
  const nested = () => every([["a.bad", "a"], ["b"], ["c.bad", "a.bad"]], (names) => every(names, make));
  expect(nested).toThrow("a.bad:1:1 is wrong\nc.bad:1:1 is wrong");
  expect(nested).toThrow(ConfigError);
});

test("another error is nobody's to collect", () => {
  expect(() => every(["a.bad", "b.worse"], make)).toThrow("not a fault of the configuration");
});
