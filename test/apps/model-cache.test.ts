/** The models of a service: what lies in its cache, whatever its user planted there, and how one gets in and out. */
import { describe, expect, test } from "vitest";
import { fetchedOf, findRemovable, readCached, readServed, removeModel } from "../../src/apps/model-cache.ts";
import { pullModel } from "../../src/apps/pull-model.ts";
import { weights } from "../../src/cli/known-models.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { folderOf, type IndexedModelCache, isModelName, modelIn } from "../../src/model/model-cache.ts";
import { progressText } from "../../src/model/progress-text.ts";
import { renderSite, siteSources } from "../render/support.ts";
import type { MemoryNode } from "../support/memory-files.ts";
import { type MemorySystem, memorySystem } from "../support/memory-system.ts";

const HUB = "/var/lib/vllm/huggingface/hub";
const QWEN = `${HUB}/models--Qwen--Qwen3-4B-Instruct-2507`;
const REVISION = "0123456789abcdef0123456789abcdef01234567";

function serviceOf(): IndexedService {
  const { files } = renderSite(siteSources());
  const index = JSON.parse(files.find(({ path }) => path === INDEX_PATH)?.content ?? "") as ServiceIndex;
  return index.services.find(({ name }) => name === "vllm-qwen") as IndexedService;
}

const service = serviceOf();
const cache = service.modelCache as IndexedModelCache;

const WHOLE: Readonly<Record<string, MemoryNode | string>> = {
  [`${QWEN}/blobs/aaa`]: "12345",
  [`${QWEN}/blobs/bbb`]: "123",
  [`${QWEN}/refs/main`]: `${REVISION}\n`,
  [`${QWEN}/snapshots/${REVISION}/config.json`]: { kind: "symlink", target: "../../blobs/aaa" },
};

test("how much of what it is configured to load is there, and of how much, where the table of models knows it", async () => {
  const system = memorySystem({ files: WHOLE });
  expect(await fetchedOf(system, service)).toEqual({ bytes: 8, whole: undefined });
  const sized = renderSite(siteSources(), { weights });
  const index = JSON.parse(sized.files.find(({ path }) => path === INDEX_PATH)?.content ?? "") as ServiceIndex;
  const known = index.services.find(({ name }) => name === "vllm-qwen") as IndexedService;
  // 4,022,468,096 weights of 16 bits (huggingface.co/Qwen/Qwen3-4B-Instruct-2507).
  expect(await fetchedOf(system, known)).toEqual({ bytes: 8, whole: 8_044_936_192 });
  expect(weights("nobody/knows-it")).toBeUndefined();
  expect(await fetchedOf(memorySystem(), known)).toBeUndefined();
});

const none = { revision: undefined, isConfigured: false, trouble: undefined };

test.each<[string, Readonly<Record<string, MemoryNode | string>>, readonly object[]]>([
  ["nothing is there yet", {}, []],
  [
    "a whole one, counted once",
    WHOLE,
    [
      {
        model: "Qwen/Qwen3-4B-Instruct-2507",
        bytes: 8,
        revision: REVISION,
        isPartial: false,
        isConfigured: true,
        trouble: undefined,
      },
    ],
  ],
  [
    "one that is on its way, or was cut off",
    { [`${HUB}/models--a--b/blobs/ccc.incomplete`]: "12", [`${HUB}/models--a--b/refs/main`]: REVISION },
    [{ ...none, model: "a/b", bytes: 2, revision: REVISION, isPartial: true }],
  ],
  [
    "a revision that is none is not printed",
    { [`${HUB}/models--a--b/refs/main`]: "\u001b[2J" },
    [{ ...none, model: "a/b", bytes: 0, isPartial: true }],
  ],
  [
    "what is no model is none: folders of datasets and locks, names that lead elsewhere",
    {
      [`${HUB}/datasets--a--b/blobs/x`]: "1",
      [`${HUB}/.locks/x`]: "",
      [`${HUB}/models--..--b/blobs/x`]: "1",
      [`${HUB}/models--a`]: "",
    },
    [],
  ],
  [
    "a link out of the tree is not followed, and the others are read all the same",
    { [`${HUB}/models--a--b`]: { kind: "symlink", target: "/root" }, ...WHOLE },
    [
      { model: "Qwen/Qwen3-4B-Instruct-2507" },
      { model: "a/b", bytes: 0, isPartial: true, trouble: expect.stringContaining("is a symlink, refused") },
    ],
  ],
  [
    "nor is one among the files counted",
    { [`${HUB}/models--a--b/blobs/x`]: { kind: "symlink", target: "/etc/shadow" } },
    [{ ...none, model: "a/b", bytes: 0, isPartial: true }],
  ],
])("%s", async (_, files, expected) => {
  expect(await readCached(memorySystem({ files }), cache)).toMatchObject(expected);
  expect(await readCached(memorySystem({ files }), cache)).toHaveLength(expected.length);
});

test.each([
  ["Qwen/Qwen3-8B", true],
  ["a.b/c_d-1.5", true],
  ["Qwen3-8B", false],
  ["../b", false],
  ["a/..", false],
  ["a/b/c", false],
  ["-rf/b", false],
  ["a--b/c", false],
  ["a/b c", false],
  ["a/b\n", false],
])("%j is the name of a model: %s", (name, is) => {
  expect(isModelName(name)).toBe(is);
  if (is) expect(modelIn(folderOf(name))).toBe(name);
});

describe("fetching", () => {
  /** As `podman run` goes on while others look: `lines` are said, then `files` appear, then it ends with `error`. */
  function fetching(lines: readonly string[], files: Readonly<Record<string, string>>, error?: string): MemorySystem {
    const system = memorySystem();
    const { run } = system.runner;
    system.runner.run = async (command, onLine) => {
      for (const line of lines) onLine?.(line);
      for (const [path, content] of Object.entries(files)) system.files.put(path, content);
      for (let turn = 0; turn < 200; turn++) await undefined;
      if (error !== undefined) throw new UserError(`podman failed\n${error}`);
      return run.call(system.runner, command, onLine);
    };
    return system;
  }

  const FILES = { [`${HUB}/models--a--b/blobs/x`]: "12345", [`${HUB}/models--a--b/refs/main`]: REVISION };

  test("in the image of the service, as its account, with its cache and nothing else of it; bytes are told meanwhile", async () => {
    const system = fetching(["Fetching", "bytes 20"], FILES);
    const told: unknown[] = [];
    const got = await pullModel(system, service, "a/b", (bytes, whole) => told.push([bytes, whole]));
    expect(got).toMatchObject({ model: "a/b", bytes: 5, isPartial: false });
    expect(told).toContainEqual([5, 20]);
    const line = system.runner.printed.at(-1) ?? "";
    expect(line).toMatch(/^setpriv --reuid \d+ .* podman run --rm --name=vllm-qwen-fetch --pull=never /);
    expect(line).toContain(
      "--volume /var/lib/vllm/huggingface:/root/.cache/huggingface --env HF_HOME=/root/.cache/huggingface",
    );
    expect(line).toMatch(/--entrypoint=python3 docker\.io\/vllm\/vllm-openai:\S+ -c .* a\/b$/s);
    expect(line.match(/--volume/g)).toHaveLength(1);
    expect(line).not.toContain("HF_TOKEN");
  });

  test("with the token, where there is one: as podman's secret, and never as an argument", async () => {
    const system = fetching([], FILES);
    system.runner.on("secret ls", { stdout: "vllm-qwen-api-key\nvllm-qwen-hf-token\n" });
    await pullModel(system, service, "a/b", () => undefined);
    expect(system.runner.printed.at(-1)).toContain("--secret vllm-qwen-hf-token,type=env,target=HF_TOKEN");
  });

  test.each([
    [
      "huggingface_hub.errors.GatedRepoError: 403",
      "the model a/b is gated",
      "sudo install-quadlets secrets set vllm-qwen/hf-token",
    ],
    ["RepositoryNotFoundError: 401", "there is no model a/b on Hugging Face", "look for it"],
    [
      'Error: the container name "vllm-qwen-fetch" is already in use by 1234',
      "is being fetched for this service already",
      "wait",
    ],
    ["OSError: [Errno 28] No space left on device", "the disk is full", "models shows what could go"],
    ["Error: docker.io/x: image not known", "its image is not there yet", "sudo install-quadlets"],
    ["Temporary failure in name resolution", "Hugging Face cannot be reached", "curl"],
    ["something else", "something else", ""],
  ])("%s", async (says, message, hint) => {
    const failed = await pullModel(fetching([], {}, says), service, "a/b", () => undefined).catch(
      (error: UserError) => error,
    );
    expect(failed).toBeInstanceOf(UserError);
    expect((failed as UserError).message).toContain(message);
    expect((failed as UserError).hint ?? "").toContain(hint);
  });

  test("what is no name never reaches a command", async () => {
    const system = fetching([], {});
    await expect(pullModel(system, service, "--help/x", () => undefined)).rejects.toThrow("is no name of a model");
    expect(system.runner.commands).toEqual([]);
  });
});

test.each([
  [0, undefined, 0, "0 bytes"],
  [3_100_000_000, undefined, 100, "3.1 GB, 31 MB/s"],
  [3_000_000_000, 15_000_000_000, 100, "3.0 GB of 15 GB (20 %), 30 MB/s, 7 min left"],
  [15_000_000_000, 15_000_000_000, 100, "15 GB of 15 GB (100 %), 150 MB/s"],
  [16_000_000_000, 15_000_000_000, 100, "16 GB of 15 GB (100 %), 160 MB/s"],
])("%d of %s after %d s: %s", (bytes, whole, seconds, text) => {
  expect(progressText(bytes, whole, seconds)).toBe(text);
});

describe("removing", () => {
  const files = { ...WHOLE, [`${HUB}/models--a--b/blobs/x`]: "12345" };

  test("as the account that owns it, with its lock", async () => {
    const system = memorySystem({ files });
    await removeModel(system, service, await findRemovable(system, service, "a/b"));
    expect(system.runner.printed).toEqual([
      expect.stringMatching(
        new RegExp(
          `^setpriv .* podman unshare rm -rf --one-file-system -- ${HUB}/models--a--b ${HUB}/\\.locks/models--a--b$`,
        ),
      ),
    ]);
  });

  test.each([
    ["Qwen/Qwen3-4B-Instruct-2507", "is what vllm-qwen is configured to load"],
    ["a/c", "a/c is not in the cache of vllm-qwen"],
    ["../../etc", "is not in the cache of vllm-qwen"],
  ])("not %s", async (model, message) => {
    await expect(findRemovable(memorySystem({ files }), service, model)).rejects.toThrow(message);
  });
});

describe("what is served", () => {
  function listening(uid: number, body = '{"data":[{"id":"qwen"},{"id":7}]}'): MemorySystem {
    const system = memorySystem();
    system.files.put("/proc/4242/net/tcp", `  0: 0100007F:1F40 00000000:0000 0A 0:0 0:0 0  ${uid} 0 1\n`);
    system.runner.on("secret inspect", { stdout: '[{"SecretData":"sk-1"}]' });
    system.http.answer = () => ({ status: 200, body });
    return system;
  }

  test("as the model says it", async () => {
    expect(await readServed(listening(service.uid), service)).toEqual(["qwen"]);
    expect(await readServed(listening(service.uid, "no JSON"), service)).toBeUndefined();
  });

  test("whoever else has its port is not shown the key", async () => {
    const system = listening(service.uid + 1);
    expect(await readServed(system, service)).toBeUndefined();
    expect(system.runner.commands).toEqual([]);
  });
});
