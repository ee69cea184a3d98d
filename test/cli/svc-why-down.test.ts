/** What svc start says where it did not come to anything. */
import { expect, test } from "vitest";
import type { Judgement } from "../../src/apps/signs.ts";
import { notUp } from "../../src/cli/svc-why-down.ts";
import { UserError } from "../../src/model/diagnostic.ts";

const RAW = new UserError("exit code 1: systemctl --user restart -- web.service", "raw");

test.each<[string, Judgement, string, string]>([
  [
    "a cause that is known, and what mends it",
    { word: "failed", sentence: "its image web:1 is gone", hint: "sudo svc pull web && sudo svc restart web" },
    "web did not come up: its image web:1 is gone",
    "sudo svc pull web && sudo svc restart web",
  ],
  [
    "its own words, and no advice to try again what was tried",
    { word: "failed", sentence: "it ended with code 1", line: "FATAL: no", hint: "sudo svc restart web" },
    "web did not come up: it ended with code 1\n  its log: FATAL: no",
    "svc logs web",
  ],
  [
    "systemd tries on",
    { word: "starting", sentence: "it is on its way" },
    "web did not come up, and systemd tries it again",
    "svc status web",
  ],
  ["it came up meanwhile", { word: "healthy", sentence: "its health check passes" }, RAW.message, "raw"],
])("%s", (_, judgement, message, hint) => {
  expect(notUp("web", judgement, RAW)).toMatchObject({ message, hint });
});
