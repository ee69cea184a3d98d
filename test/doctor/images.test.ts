/** `doctor --images`: what registries answer, as lines; nothing is pulled, and nothing of it is wrong with the host. */
import { describe, expect, test } from "vitest";
import { reportText } from "../../src/cli/doctor-report.ts";
import { checks } from "../../src/diagnosis/all.ts";
import { imageChecks } from "../../src/diagnosis/checks-images.ts";
import { examine } from "../../src/doctor/examine.ts";
import { parseManifest } from "../../src/facts/manifest.ts";
import { INDEX_PATH } from "../../src/model/index-file.ts";
import { memorySystem } from "../support/memory-system.ts";

const sum = (letter: string) => letter.repeat(64);
const digest = (letter: string) => `sha256:${sum(letter)}`;
const REDIS = "docker.io/library/redis:7";

const unit = (name: string, image: string) => ({ name, unit: `${name}.service`, kind: "container", image });
const INDEX = {
  version: 2,
  services: [
    {
      name: "opik",
      user: "opik-user",
      uid: 804,
      gid: 804,
      home: "/var/lib/opik",
      units: [unit("opik-pod", ""), unit("opik-redis", REDIS), unit("opik-cache", REDIS)],
    },
  ],
};

/** As podman keeps it: its own digest, and that of the list that it was pulled by. */
const STORED = {
  id: sum("1"),
  names: [REDIS, "localhost/mine:1", `docker.io/library/nginx@${digest("9")}`],
  digest: digest("a"),
  "big-data-names": [`manifest-${digest("a")}`, `manifest-${digest("b")}`],
};

const entry = (letter: string, architecture: string, created?: string) => ({
  digest: digest(letter),
  platform: { os: "linux", architecture },
  ...(created && { annotations: { "org.opencontainers.image.created": created } }),
});

function host(manifest: object | string, images: readonly string[] = []) {
  const [opik] = INDEX.services;
  const more = images.map((image, at) => unit(`more-${at}`, image));
  const index = { ...INDEX, services: [{ ...opik, units: [...(opik?.units ?? []), ...more] }] };
  const system = memorySystem({
    files: {
      [INDEX_PATH]: JSON.stringify(index),
      "/var/lib/opik/.local/share/containers/storage/overlay-images/images.json": JSON.stringify([STORED]),
    },
  });
  system.runner.on(
    "podman manifest inspect",
    typeof manifest === "string" ? { exitCode: 125, stderr: manifest } : { stdout: JSON.stringify(manifest) },
  );
  return system;
}

async function lines(system: ReturnType<typeof host>) {
  const { entries } = await examine(system, imageChecks, {
    node: "20.19.2",
    isRunning: () => false,
    architecture: "x64",
  });
  expect(entries.filter(({ level }) => level !== "ok")).toEqual([]);
  return entries.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`));
}

describe("what the registry answers", () => {
  test.each<[string, object | string, string]>([
    ["the same list", { manifests: [entry("c", "arm64"), entry("a", "amd64")] }, `${REDIS}: what the registry has`],
    [
      "another one, with a day",
      { manifests: [entry("c", "arm64"), entry("d", "amd64", "2026-11-20T08:15:00Z")] },
      `${REDIS}: newer: sha256:dddddddddddd of 2026-11-20 (sudo svc update opik-redis)`,
    ],
    [
      "another one, which does not say for what",
      { manifests: [{ digest: digest("e") }] },
      `${REDIS}: newer: sha256:eeeeeeeeeeee (sudo svc update opik-redis)`,
    ],
    [
      "an image in no list, of Docker's form",
      { schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.v2+json", manifests: null },
      `${REDIS}: in no list of architectures: only a pull can tell (sudo svc update opik-redis)`,
    ],
    [
      "an image in no list, of OCI's form",
      'Error: parsing manifest blob "{}" as a "application/vnd.oci.image.manifest.v1+json": not supported\n',
      `${REDIS}: in no list of architectures: only a pull can tell (sudo svc update opik-redis)`,
    ],
    [
      "nothing",
      "WARN x\nError: pinging container registry: dial tcp: i/o timeout\n",
      `${REDIS}: the registry does not tell: Error: pinging container registry: dial tcp: i/o timeout`,
    ],
    ["nonsense", { manifests: "x" }, `${REDIS}: the registry does not tell: its answer is no manifest`],
  ])("%s", async (_, manifest, line) => {
    const system = host(manifest);
    expect(await lines(system)).toEqual([line]);
    const asked = system.runner.printed.filter((command) => command.includes("podman"));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^setpriv --reuid 804 .* podman manifest inspect -- docker.io\/library\/redis:7$/);
  });
});

test("nobody is asked about what is pinned, made here, or not there", async () => {
  const system = host({}, [`docker.io/library/nginx:1@${digest("9")}`, "localhost/mine:1", "quay.io/x/y:1"]);
  expect((await lines(system)).slice(1)).toEqual([
    "docker.io/library/nginx:1: pinned by its digest",
    "localhost/mine:1: made on this host",
    "quay.io/x/y:1: not there yet (sudo svc pull more-2)",
  ]);
  expect(system.runner.printed.filter((command) => command.includes("manifest"))).toHaveLength(1);
});

test("without being told to, doctor asks no registry", async () => {
  const system = host({ manifests: [entry("d", "amd64")] });
  await examine(system, checks, { node: "20.19.2", isRunning: () => false });
  expect(system.runner.printed.filter((command) => command.includes("manifest"))).toEqual([]);
});

test("a line each in the text, and the host is ready", async () => {
  const system = host({ manifests: [entry("d", "amd64")] }, ["localhost/mine:1"]);
  const { entries } = await examine(system, imageChecks, {
    node: "20.19.2",
    isRunning: () => false,
    architecture: "x64",
  });
  expect(reportText({ entries, installed: true, words: [] })).toBe(
    [
      "services",
      `  ok       ${REDIS}: newer: sha256:dddddddddddd`,
      "           hint: sudo svc update opik-redis",
      "  ok       localhost/mine:1: made on this host",
      "",
      "ready: nothing is wrong; svc status tells how the services are",
    ].join("\n"),
  );
});

test.each([
  ["", undefined],
  ["[]", undefined],
  ['{"manifests": [{"digest": "sha256:short"}, 7, null]}', undefined],
  ['{"manifests": null}', undefined],
])("no manifest: %s", (text, found) => {
  expect(parseManifest(text)).toEqual(found);
});
