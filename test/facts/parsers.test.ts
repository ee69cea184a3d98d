/** Every parser of facts/ against its cases: raw text in, fact (or error) out. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseSecretValue } from "../../src/commands/secret-value.ts";
import { parseUnits } from "../../src/commands/shown-units.ts";
import { otherSources, parseGroup, parsePasswd } from "../../src/facts/accounts.ts";
import { parseCdi, parseSpecDirectories } from "../../src/facts/cdi.ts";
import { parseNvidiaDriver } from "../../src/facts/driver.ts";
import { parseContainers, parseImageNames } from "../../src/facts/images.ts";
import { parseSockets } from "../../src/facts/listeners.ts";
import { parseNameservers } from "../../src/facts/network.ts";
import { parseNvidia } from "../../src/facts/nvidia.ts";
import { parseSecrets } from "../../src/facts/secrets.ts";
import { parseSubids } from "../../src/facts/subids.ts";
import { parseServed, parseTailnet } from "../../src/facts/tailnet.ts";
import { parsePodmanVersion, parseSystemdVersion } from "../../src/facts/versions.ts";
import { parseApplied } from "../../src/record/applied.ts";

interface Case {
  readonly name: string;
  readonly text: string;
  /** null stands for undefined. */
  readonly fact?: unknown;
  readonly error?: string;
}

const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  passwd: parsePasswd,
  group: parseGroup,
  nsswitch: (text) => otherSources(text, "passwd"),
  subids: parseSubids,
  "podman-version": parsePodmanVersion,
  "systemd-version": parseSystemdVersion,
  nameservers: parseNameservers,
  tailnet: parseTailnet,
  served: parseServed,
  "nvidia-driver": parseNvidiaDriver,
  nvidia: parseNvidia,
  cdi: parseCdi,
  "cdi-directories": parseSpecDirectories,
  "secret-names": parseSecrets,
  "secret-value": (text) => parseSecretValue(text).reveal(),
  "image-names": parseImageNames,
  containers: parseContainers,
  units: parseUnits,
  tcp: (text) => parseSockets(text, "tcp"),
  udp: (text) => parseSockets(text, "udp"),
  applied: parseApplied,
};

for (const [name, parser] of Object.entries(PARSERS)) {
  const cases = parse(readFileSync(`${import.meta.dirname}/../cases/facts/${name}.yaml`, "utf8")) as readonly Case[];
  describe(name, () => {
    test.each(cases)("$name", ({ text, fact, error }) => {
      if (error !== undefined) expect(() => parser(text)).toThrow(error);
      else expect(parser(text)).toEqual(fact === null ? undefined : fact);
    });
  });
}

test("the error about a secret does not quote it", () => {
  expect(() => parseSecretValue('[{"Other": "topsecret"}]')).not.toThrow(/topsecret/);
});
