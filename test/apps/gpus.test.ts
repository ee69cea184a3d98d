/** vllm-manage gpu: who was given a card, who uses it, and what keeps a service from it. */
import { describe, expect, test } from "vitest";
import { readGpuProblems } from "../../src/apps/gpu-problems.ts";
import { readGpus } from "../../src/apps/gpus.ts";
import { parseProcessOwner } from "../../src/facts/process-owner.ts";
import { parseUnusable } from "../../src/facts/unusable.ts";
import { type GpuFact, isGpu, isMeant } from "../../src/model/gpu.ts";
import { INDEX_PATH, type IndexedService, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { type MemoryOptions, memorySystem } from "../support/memory-system.ts";

const TWO = `services:
  vllm-qwen: { settings: { gpus: ["0"], gpu_memory_utilization: 0.6 } }
  vllm-coder:
    from: vllm-qwen
    ports: { api: 8002 }
    settings: { gpus: [GPU-b], gpu_memory_utilization: 0.3, version: v0.30.0-cu129 }
`;

function indexOf(stack: string): ServiceIndex {
  const file = renderSite(siteSources(stack)).files.find(({ path }) => path === INDEX_PATH);
  return JSON.parse(file?.content ?? "") as ServiceIndex;
}

const { services } = indexOf(TWO);
const qwen = services.find(({ name }) => name === "vllm-qwen") as IndexedService;

test("the index says who asks for which GPU, with which share, and what the image needs", () => {
  expect(services.filter(({ gpu }) => gpu !== undefined).map(({ name, gpu }) => [name, gpu])).toEqual([
    ["vllm-qwen", { devices: ["nvidia.com/gpu=0"], share: 0.6 }],
    ["vllm-coder", { devices: ["nvidia.com/gpu=GPU-b"], share: 0.3 }],
  ]);
  expect(qwen.units[0]?.nvidiaDriver?.atLeast).toBe(580);
});

test.each<[string, Partial<GpuFact>, boolean]>([
  ["nvidia.com/gpu=all", { index: 3 }, true],
  ["nvidia.com/gpu=1", { index: 1 }, true],
  ["nvidia.com/gpu=1", { index: 0 }, false],
  ["nvidia.com/gpu=1:0", { index: 1 }, true],
  ["nvidia.com/gpu=GPU-b", { index: 0, uuid: "GPU-b" }, true],
  ["nvidia.com/gpu=all", { vendor: "amd", index: 0 }, false],
  ["amd.com/gpu=0", { vendor: "amd", index: 0 }, true],
  ["/dev/kfd", { vendor: "amd", index: 0 }, true],
  ["/dev/fuse", { index: 0 }, false],
])("%s means %j: %s", (device, gpu, meant) => {
  expect(isMeant(device, { vendor: "nvidia", uuid: undefined, ...gpu } as GpuFact)).toBe(meant);
});

test("other devices are no GPUs", () => {
  expect(["/dev/fuse", "nvidia.com/gpu=0", "/dev/kfd:rw"].map(isGpu)).toEqual([false, true, true]);
});

const card = (uuid: string, processes: string) => `<gpu>
  <product_name>NVIDIA L40S</product_name><uuid>${uuid}</uuid>
  <fb_memory_usage><total>46068 MiB</total><used>30000 MiB</used></fb_memory_usage>
  <processes>${processes}</processes></gpu>`;
const running = (pid: number, name: string) =>
  `<process_info><pid>${pid}</pid><process_name>${name}</process_name><used_memory>100 MiB</used_memory></process_info>`;
const XML = `<nvidia_smi_log>${card("GPU-a", running(11, "python") + running(12, "trainer") + running(13, "gone"))}${card("GPU-b", running(14, "worker"))}</nvidia_smi_log>`;

test("processes belong to the account of their uid, also inside of containers", async () => {
  const system = memorySystem({
    files: {
      "/etc/passwd": `root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n${qwen.user}:x:${qwen.uid}:${qwen.gid}::${qwen.home}:/x\n`,
      "/etc/subuid": `${qwen.user}:300000:65536\n`,
      "/proc/11/status": `Name:\tpython\nUid:\t${qwen.uid}\t${qwen.uid}\t0\t0\n`,
      "/proc/12/status": "Name:\ttrainer\nUid:\t1000\t1000\t1000\t1000\n",
      "/proc/14/status": "Name:\tworker\nUid:\t302000\t302000\t302000\t302000\n",
    },
  });
  system.runner.on("nvidia-smi", { stdout: XML });
  const { gpus } = await readGpus(system, services);
  expect(gpus.map(({ given }) => given)).toEqual([
    [{ service: "vllm-qwen", share: 0.6 }],
    [{ service: "vllm-coder", share: 0.3 }],
  ]);
  expect(gpus.map(({ used }) => used.map(({ pid, user, service }) => [pid, user, service]))).toEqual([
    [
      [11, qwen.user, "vllm-qwen"],
      [12, "alice", undefined],
      [13, undefined, undefined],
    ],
    [[14, qwen.user, "vllm-qwen"]],
  ]);
});

test("no uid is no owner", () => {
  expect(["", "Name:\tx", "Uid:\tx\ty"].map(parseProcessOwner)).toEqual([undefined, undefined, undefined]);
});

test("what find says of paths", () => {
  const stderr = "find: '/dev/nvidia1': No such file or directory\nfind: '/root/x': Permission denied\n";
  expect(parseUnusable({ stdout: "/dev/nvidia0\n", stderr })).toEqual({
    missing: ["/dev/nvidia1"],
    refused: ["/dev/nvidia0", "/root/x"],
  });
});

describe("what keeps a service from its GPU", () => {
  const SPEC = `kind: nvidia.com/gpu
devices:
- name: "0"
  containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
- name: GPU-b
containerEdits:
  mounts:
  - hostPath: /usr/lib/libcuda.so.580
`;
  const NVRM = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build\n";

  async function problems(files: MemoryOptions["files"] = {}, find: { stdout?: string; stderr?: string } = {}) {
    const all = { "/run/cdi/nvidia.yaml": SPEC, "/proc/driver/nvidia/version": NVRM, ...files };
    const system = memorySystem({ files: all });
    system.runner.on(/find \/dev/, { exitCode: 1, ...find });
    const found = await readGpuProblems(system, services);
    return { found, printed: system.runner.printed, text: found.map(({ message, hint }) => `${message} | ${hint}`) };
  }

  test("nothing, where all is well; looked at as each service's own user", async () => {
    const { found, printed } = await problems();
    expect(found).toEqual([]);
    expect(printed.filter((line) => line.includes(`--reuid ${qwen.uid} `))).toHaveLength(2);
    expect(printed[0]).toMatch(/LC_ALL=C.* find \/dev\/nvidia0 -maxdepth 0 -not '?\('? -readable -writable/);
  });

  test("nobody is asked where no service wants a GPU", async () => {
    const system = memorySystem();
    expect(
      await readGpuProblems(
        system,
        services.filter(({ gpu }) => gpu === undefined),
      ),
    ).toEqual([]);
    expect(system.runner.printed).toEqual([]);
  });

  test("no specification at all, and one that has other devices", async () => {
    expect((await problems({ "/run/cdi/nvidia.yaml": "" })).text[0]).toBe(
      "no CDI specification in /etc/cdi or /var/run/cdi defines nvidia.com/gpu=0 | sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
    );
    const other = SPEC.replace('"0"', '"1"');
    expect((await problems({ "/run/cdi/nvidia.yaml": other })).text[0]).toContain("; they have 1, GPU-b");
  });

  test("podman's own directories, where they are configured", async () => {
    const { text } = await problems({ "/etc/containers/containers.conf": '[engine]\ncdi_spec_dirs = ["/opt/cdi"]\n' });
    expect(text[0]).toContain("no CDI specification in /opt/cdi defines");
  });

  test("a specification that only root can read", async () => {
    const node = { kind: "file", content: SPEC, mode: 0o600, uid: 0, gid: 0 } as const;
    const { text } = await problems({ "/run/cdi/nvidia.yaml": node });
    expect(text).toContain(
      `/run/cdi/nvidia.yaml is not readable for ${qwen.user}, so that its podman knows no GPU | sudo chmod 644 /run/cdi/nvidia.yaml`,
    );
  });

  test("a stale one after an update of the driver, in each of the two places; the later one counts", async () => {
    const gone = { stderr: "find: '/dev/dri/renderD129': No such file or directory\n" };
    expect((await problems({ "/etc/cdi/nvidia.yaml": SPEC }, gone)).text).toEqual([
      "/run/cdi/nvidia.yaml is out of date: /dev/dri/renderD129 is not there | sudo systemctl restart nvidia-cdi-refresh.service",
    ]);
    expect((await problems({ "/etc/cdi/nvidia.yaml": SPEC, "/run/cdi/nvidia.yaml": "" }, gone)).text[0]).toContain(
      "/etc/cdi/nvidia.yaml is out of date",
    );
  });

  test("nodes that nothing has made since the boot", async () => {
    const { text } = await problems({}, { stderr: "find: '/dev/nvidia0': No such file or directory\n" });
    expect(text[0]).toContain("nothing has used the driver since the boot | sudo nvidia-modprobe -u -c 0");
  });

  test("nodes that are not for the account", async () => {
    const { text } = await problems({}, { stdout: "/dev/nvidia0\n" });
    expect(text[0]).toBe(
      `${qwen.user} may not use /dev/nvidia0, which /run/cdi/nvidia.yaml gives its containers | sudo chmod a+rw /dev/nvidia0`,
    );
  });

  test("a driver that is older than the image's CUDA: only the image that needs it, and first", async () => {
    const { found } = await problems({ "/proc/driver/nvidia/version": NVRM.replace("580.159.04", "570.133.20") });
    expect(found.map(({ message }) => message)).toEqual([
      "vllm-qwen (docker.io/vllm/vllm-openai:v0.30.0) needs the NVIDIA driver 580 or newer; this host has 570.133.20",
    ]);
  });
});
