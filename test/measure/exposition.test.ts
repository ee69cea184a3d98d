/** Numbers as Prometheus reads them. */
import { expect, test } from "vitest";
import { expositionText } from "../../src/measure/exposition.ts";

test("a block for each name, and none for a name without numbers", () => {
  const text = expositionText([
    { name: "a_bytes", help: "Bytes.", type: "gauge", samples: [{ labels: {}, value: 5 }] },
    { name: "b", help: "None.", type: "gauge", samples: [] },
    {
      name: "c_total",
      help: "Of \\ and\nmore.",
      type: "counter",
      samples: [
        { labels: { one: 'a"b', two: "c\\d" }, value: 0.25 },
        { labels: { one: "e\nf", two: "" }, value: 1e21 },
      ],
    },
  ]);
  expect(text).toBe(
    [
      "# HELP a_bytes Bytes.",
      "# TYPE a_bytes gauge",
      "a_bytes 5",
      "# HELP c_total Of \\\\ and\\nmore.",
      "# TYPE c_total counter",
      'c_total{one="a\\"b",two="c\\\\d"} 0.25',
      'c_total{one="e\\nf",two=""} 1e+21',
      "",
    ].join("\n"),
  );
});
