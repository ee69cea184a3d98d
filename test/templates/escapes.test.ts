import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/model/diagnostic.ts";
import { dnsName, escapes, ipv4, json, nginxString, shell, upstreams, xml } from "../../src/render/escapes.ts";
import { fuzz } from "../support/fuzz.ts";

const HOSTILE = ["a\nb", "a\r", "a\0b", "\u0085", "\u2028", "a\n", "\u001b[0m", undefined, {}, [], true];

/** [helper, values it writes: input, output, values it refuses] */
const CASES: readonly [string, readonly (readonly [unknown, string])[], readonly unknown[]][] = [
  [
    "nginxString",
    [
      ["a b;}#{", '"a b;}#{"'],
      ['q"\\', '"q\\"\\\\"'],
      ["", '""'],
    ],
    ["$host", "a$b"],
  ],
  [
    "nginxPath",
    [
      ["/v1/", "/v1/"],
      ["/", "/"],
    ],
    ["", "v1", "/a b", "/a;", "/{", '/"', "/$uri", "= /v1"],
  ],
  [
    "dnsName",
    [
      ["webui.liminati.internal", "webui.liminati.internal"],
      ["vllm-qwen", "vllm-qwen"],
      ["xn--bcher-kva.Example", "xn--bcher-kva.Example"],
      [`${"a".repeat(63)}.b`, `${"a".repeat(63)}.b`],
    ],
    [
      "",
      ".",
      "a.",
      ".a",
      "a..b",
      "-a",
      "a-",
      "a_b",
      "*.a",
      "a b",
      "a;b",
      "a/b",
      "1.2.3.4",
      "bücher",
      "a".repeat(64),
      `${"a.".repeat(127)}aa`,
    ],
  ],
  [
    "ipv4",
    [
      ["100.101.102.103", "100.101.102.103"],
      ["0.0.0.0", "0.0.0.0"],
      ["255.255.255.255", "255.255.255.255"],
    ],
    ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1.2.3.", "::1", 1],
  ],
  [
    "port",
    [
      [80, "80"],
      ["65535", "65535"],
    ],
    [0, 65536, 1.5, "80;", "", "-1", "0x50", Number.NaN],
  ],
  [
    "count",
    [
      [20, "20"],
      ["1", "1"],
      [1_000_000, "1000000"],
    ],
    [0, -1, 1.5, "2r/s;", 1_000_001],
  ],
  ["seconds", [[3600, "3600"]], [0, -1, 1.5, "1h", Number.POSITIVE_INFINITY]],
  [
    "size",
    [
      ["100m", "100m"],
      ["2G", "2G"],
      ["0", "0"],
      [0, "0"],
    ],
    ["", "m", "1.5g", "-1", "1t", "1m;"],
  ],
  ["xml", [[`<a b="c">&'`, "&#60;a b=&#34;c&#34;&#62;&#38;&#39;"]], []],
  ["shell", [["it's $HOME", `'it'\\''s $HOME'`]], []],
  ["comment", [["alice, bob: $ } # ü", "alice, bob: $ } # ü"]], []],
  [
    "bareWord",
    [
      ["/usr/bin/node", "/usr/bin/node"],
      ["user@800.service", "user@800.service"],
      ["1024:524288", "1024:524288"],
    ],
    ["", "a b", "a;b", '"', "%h", "$x", "{", "a\\", "a#", "a,b"],
  ],
  [
    "nftSet",
    [
      [[80, 443], "80, 443"],
      [["800", "131072-196607"], "800, 131072-196607"],
      [1000, "1000"],
    ],
    ["", "0.0.0.0/0", ["80 } accept"], [80, ""], [[80]], "1-2-3", "-1", "tcp"],
  ],
];

describe.each(CASES)("%s", (name, written, refused) => {
  const helper = escapes[name] as unknown as (value: unknown) => string;
  test.each(written)("writes %j as %s", (value, text) => expect(helper(value)).toBe(text));
  test.each([...refused, ...HOSTILE])("refuses %j", (value) => expect(() => helper(value)).toThrow(UserError));
});

test("a refusal says what and why, and does not print a long value", () => {
  expect(() => ipv4("x\ny")).toThrow('"x\\ny" cannot be written as an IPv4 address');
  expect(() => nginxString("$x")).toThrow('"$x" cannot be written as an nginx string: nginx cannot escape $');
  expect(() => dnsName("a ".repeat(200))).toThrow(/^.{70,120}$/);
});

test("a shell reads back exactly what was written", () => {
  const values = ["", "it's", "$(touch x)`id`", "a\\", '"', "*", "!x", "-n", "~", "ü", "'; exit 1; '"];
  const script = `printf '%s\\n' ${values.map(shell).join(" ")}`;
  expect(spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout.split("\n").slice(0, -1)).toEqual(values);
});

test("json is read back as it was, and cannot end a script element", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = JSON.parse(text);
      const written = json(value);
      expect(JSON.parse(written)).toEqual(value);
      expect(written).not.toMatch(/[<\u2028\u2029\n]/);
    }),
    fuzz(),
  );
  expect(() => json(undefined)).toThrow(UserError);
});

test("no string leaves its quotes in XML and nginx", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const [inXml, inNginx] = [xml, nginxString].map((helper) => attempt(() => helper(text)));
      if (inXml !== undefined) expect(inXml).not.toMatch(/[<>"'\n]|&(?!#\d+;)/);
      if (inNginx !== undefined) expect(inNginx).toMatch(/^"([^"\\$\n]|\\["\\])*"$/);
    }),
    fuzz(),
  );
});

describe("upstreams", () => {
  test("leaves out the resolver itself, loopback and scoped addresses, and says each server once", () => {
    const servers = ["100.1.1.1", "9.9.9.9", "127.0.0.53", "::1", "fe80::1%eth0", "2620:fe::9", "9.9.9.9"];
    expect(upstreams(servers, "100.1.1.1")).toEqual(["9.9.9.9", "2620:fe::9"]);
  });
  test.each([[["9.9.9.9\nserver=1.1.1.1"]], [["dns.example"]], [[""]], "9.9.9.9", undefined])("refuses %j", (value) => {
    expect(() => upstreams(value, "100.1.1.1")).toThrow(UserError);
  });
});

function attempt(action: () => string): string | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
