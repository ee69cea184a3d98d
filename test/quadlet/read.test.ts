/** Any bytes: no crash, no endless loop, and every byte is there again afterwards. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBytes } from "../../src/quadlet/bytes.ts";
import { placeInValue, readUnit } from "../../src/quadlet/read.ts";
import { splitWords } from "../../src/quadlet/words.ts";
import { applyFixes } from "../../src/rules/fixes.ts";
import { find, sources } from "../rules/cases.ts";
import { encodeText } from "../support/bytes.ts";
import { fuzz } from "../support/fuzz.ts";

const piece = fc.constantFrom(
  ...'[Container]\n|[Unit]\n|[Service]\n|[Install]\n|[Pod]\n|[__proto__]\n|Image=|Exec=|Mount=type=bind,source=|PublishPort=80:80|Pod=a.pod|After=|__proto__=|Environment=|HealthCmd="|%|$|{A}|\\|"|\'|#|;|=|\r\n|\n|\n|\n| |\t|\u0085|\ufeff|\0|\u001b|é|😀'.split(
    "|",
  ),
);
const text = fc
  .array(fc.oneof(piece, piece, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 40 })
  .map((parts) => parts.join(""));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  text.map((one) => new TextEncoder().encode(one)),
  fc
    .tuple(text, fc.uint8Array({ maxLength: 8 }))
    .map(([one, more]) => new Uint8Array([...new TextEncoder().encode(one), ...more])),
);

test("every byte survives", () => {
  fc.assert(
    fc.property(bytes, (one) => {
      expect([...encodeText(decodeBytes(one))]).toEqual([...one]);
    }),
    fuzz(2000),
  );
});

test("every piece of a value is where it is said to be", () => {
  fc.assert(
    fc.property(text, (one) => {
      for (const entry of readUnit(one).entries) {
        for (const [index, part] of entry.parts.entries()) {
          const next = entry.parts[index + 1]?.valueAt ?? entry.value.length;
          const inValue = entry.value.slice(part.valueAt, next);
          expect(one.slice(part.at, part.at + inValue.length)).toBe(inValue);
          expect(placeInValue(entry, part.valueAt)).toBe(part.at);
        }
      }
    }),
    fuzz(2000),
  );
});

test("whatever the files hold, the rules end, and a repair changes only what it says", () => {
  fc.assert(
    fc.property(text, text, fc.constantFrom("4.9.3", "5.4.2", "6.1"), (one, other, podman) => {
      const texts = { "a.container": one, "a.container.d/x.conf": other, "a.pod": other, "s.quadlets": one };
      const findings = find(texts, { podman });
      for (const finding of findings) expect(finding.line).toBeGreaterThan(0);
      for (const fixed of applyFixes(findings)) expect(fixed.diff.startsWith(`--- ${fixed.file.path}\n`)).toBe(true);
    }),
    fuzz(2000),
  );
});

test("lines as Go trims and joins them", () => {
  const odd = readUnit("[A]\n\u0085 \u00a0k=\u0085 \u00a0a\ufeff\u3000\n").entries;
  // Around "=" only the blanks of ASCII go.
  expect(odd.map(({ key, value }) => [key, value])).toEqual([["k", "\u0085 \u00a0a\ufeff"]]);
  const read = readUnit("[A]\nk = a \\\n ; no\n\n  b\\\n c\nl=\\\nm=x\n");
  expect(read.entries.map(({ key, value }) => [key, value])).toEqual([
    ["k", "a bc"],
    ["l", "m=x"],
  ]);
});

test.each([
  ['a "b c" d', ["a", "b c", "d"], undefined],
  ["a\\x20b \\u00e9", ["a b", "é"], undefined],
  ['a "" b', ["a"], "empty"],
  ["a\\.b c", ["a\\.b"], "escape"],
  ["a 'b", ["a", "b"], "unbalanced"],
  ["\\x00", ["\\x"], "escape"],
])("words of %s", (value, words, fault) => {
  const split = splitWords(value, "args");
  expect(split.words.map((word) => word.text).slice(0, words.length - (fault === "escape" ? 1 : 0))).toEqual(
    words.slice(0, words.length - (fault === "escape" ? 1 : 0)),
  );
  expect(split.fault?.kind).toBe(fault);
});

test("repairs: what they write is what was meant, and nothing else changes", () => {
  const before =
    "; old\n[container]\nimage=x\nArgs=a\nPublishPort=80:80 # web\nReadOnly=y\n[Service]\nRestart=unless-stopped\n";
  const findings = find({ "a.container": before }, { podman: "5.3" });
  const [fixed] = applyFixes(findings);
  expect(fixed?.text).toContain("[Container]\n");
  expect(fixed?.text).toContain("Restart=always\n");
  const again = applyFixes(find({ "a.container": fixed?.text ?? "" }, { podman: "5.3" }));
  expect(again[0]?.text).toBe(
    "# old\n[Container]\nImage=x\nExec=a\n# web\nPublishPort=80:80\nReadOnly=true\n[Service]\nRestart=always\n",
  );
  expect(sources({ "a.container": before })[0]?.text).toBe(before);
});

test.each([
  ["Memory=512m", "PodmanArgs=--memory=512m"],
  ['Memory="512m"', "PodmanArgs=--memory=512m"],
  ['Memory="512m', undefined],
  ['Memory="a" "b"', undefined],
  ["Memory=", undefined],
  ["HttpProxy=yes", "PodmanArgs=--http-proxy=true"],
  ["HttpProxy=maybe", undefined],
  ["Retry=3\0", undefined],
])("a key that is too new, %s, becomes an option only where its value can be taken apart", (line, wanted) => {
  const text = `[Container]\nImage=localhost/x\n${line}\n`;
  const findings = find({ "a.container": text }, { podman: "5.4.2" });
  expect(findings.map((finding) => finding.rule)).toContain("key-too-new");
  const fixes = applyFixes(findings.filter((finding) => finding.rule === "key-too-new"));
  expect(fixes.map((fixed) => fixed.text.split("\n")[2])).toEqual(wanted === undefined ? [] : [wanted]);
});

test.each(["A=\\q", "A='b", '"" B=c'])("nor do pairs that cannot: BuildArg=%s", (value) => {
  const text = `[Build]\nImageTag=localhost/x\nSetWorkingDirectory=unit\nBuildArg=${value}\n`;
  const findings = find({ "a.build": text }, { podman: "5.4.2" }).filter((finding) => finding.rule === "key-too-new");
  expect(findings).toMatchObject([{ fix: undefined }]);
});
