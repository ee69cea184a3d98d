/** `svc top`: what the kernel counted, what that is in a second, and what of it is shown. */
import { describe, expect, test } from "vitest";
import { countUsage } from "../../src/apps/count-usage.ts";
import type { GpuUse } from "../../src/apps/gpus.ts";
import { topJson, topText } from "../../src/cli/top-text.ts";
import type { IndexedUnit } from "../../src/model/indexed-unit.ts";
import { type Counted, type Usage, usageBetween } from "../../src/model/usage.ts";
import { memorySystem } from "../support/memory-system.ts";

const MANAGER = "/sys/fs/cgroup/user.slice/user-802.slice/user@802.service";
const UNIT = `${MANAGER}/app.slice/web.service`;
const io = (read: number, written: number) =>
  `rchar: 99999\nwchar: 99999\nread_bytes: ${read}\nwrite_bytes: ${written}\ncancelled_write_bytes: 7\n`;

const FILES = {
  [`${MANAGER}/cpu.stat`]: "usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\n",
  [`${MANAGER}/memory.current`]: "900\n",
  [`${MANAGER}/memory.stat`]: "anon 500\ninactive_file 300\nactive_file 100\n",
  [`${MANAGER}/pids.current`]: "7\n",
  [`${MANAGER}/init.scope/cgroup.procs`]: "10\n",
  [`${UNIT}/cpu.stat`]: "usage_usec 3000000\n",
  [`${UNIT}/cgroup.procs`]: "",
  [`${UNIT}/libpod-payload-0a/cgroup.procs`]: "11\n12\n",
  [`${UNIT}/runtime/cgroup.procs`]: "13\n",
  "/proc/10/io": io(0, 1),
  "/proc/11/io": io(100, 10),
  "/proc/12/io": io(200, 20),
};

describe("what is counted", () => {
  test("of a service: all of its manager, without what lies in memory only because it was read", async () => {
    expect(await countUsage(memorySystem({ files: FILES }), { uid: 802 })).toEqual({
      cpuMicroseconds: 5_000_000,
      memory: 600,
      tasks: 7,
      io: new Map([
        [10, { read: 0, written: 1 }],
        [11, { read: 100, written: 10 }],
        [12, { read: 200, written: 20 }],
      ]),
    });
  });

  test("of a unit: its own group, and what podman made below it", async () => {
    const unit = { unit: "web.service" } as IndexedUnit;
    const { cpuMicroseconds, memory, io: moved } = await countUsage(memorySystem({ files: FILES }), { uid: 802 }, unit);
    expect(cpuMicroseconds).toBe(3_000_000);
    expect(memory).toBeUndefined();
    expect([...moved.keys()].sort()).toEqual([11, 12]);
  });

  test("of what does not run: nothing", async () => {
    expect(await countUsage(memorySystem(), { uid: 802 })).toEqual({
      cpuMicroseconds: undefined,
      memory: undefined,
      tasks: undefined,
      io: new Map(),
    });
  });
});

describe("in a second", () => {
  const counted = (
    cpuMicroseconds: number | undefined,
    moved: readonly (readonly [number, number, number])[],
  ): Counted => ({
    cpuMicroseconds,
    memory: 1,
    tasks: 2,
    io: new Map(moved.map(([pid, read, written]) => [pid, { read, written }])),
  });

  test.each<[string, Counted, Counted, Partial<Usage>]>([
    ["a core and a half", counted(1e6, []), counted(4e6, []), { cores: 1.5, read: 0, written: 0 }],
    ["its manager is another one", counted(9e6, []), counted(1e6, []), { cores: 0.5 }],
    ["it does not run", counted(undefined, []), counted(undefined, []), { cores: undefined }],
    ["a process goes on", counted(0, [[1, 10, 5]]), counted(0, [[1, 30, 5]]), { read: 10, written: 0 }],
    ["one came, one ended", counted(0, [[1, 50, 50]]), counted(0, [[2, 8, 4]]), { read: 4, written: 2 }],
    ["one has the number of another", counted(0, [[1, 50, 50]]), counted(0, [[1, 8, 4]]), { read: 4, written: 2 }],
  ])("%s", (_, before, after, expected) => {
    expect(usageBetween(before, after, 2)).toMatchObject(expected);
  });
});

describe("what is shown", () => {
  const usage: Usage = { cores: 0.125, memory: 3_100_000_000, tasks: 40, read: 0, written: 1_500_000 };
  const idle: Usage = { cores: 0.001, memory: undefined, tasks: 2, read: 0.2, written: 0 };
  const rows = [
    { name: "quiet", usage: idle },
    { name: "vllm-qwen", usage },
  ];
  const gpus = [
    {
      gpu: { index: 0, name: "NVIDIA H200", busy: 0.34, usedBytes: 45e9, totalBytes: 151e9 },
      given: [],
      used: [
        { service: "vllm-qwen", usedBytes: 44e9 },
        { service: undefined, usedBytes: 1e9 },
      ],
    },
  ] as unknown as readonly GpuUse[];

  test("the busiest first, their sum, and the cards", () => {
    expect(topText(rows, gpus)).toBe(
      `SERVICE    CPU     MEMORY   TASKS  READ  WRITTEN   GPU MEMORY
vllm-qwen  12.5 %  2.9 GiB  40           1.5 MB/s  41.0 GiB
quiet      0.1 %   -        2
together   12.6 %  2.9 GiB  42           1.5 MB/s  41.0 GiB
GPU 0, NVIDIA H200: 34 % busy, 41.9 GiB of 141 GiB in use`,
    );
  });

  test("of one alone there is no sum; why there is no memory is said", () => {
    expect(topText([{ name: "quiet", usage: idle }], [])).toBe(
      `SERVICE  CPU    MEMORY  TASKS  READ  WRITTEN
quiet    0.1 %  -       2
the kernel counts no memory for accounts here; sudo install-quadlets doctor says why`,
    );
    expect(topText([{ name: "off", usage: { ...idle, tasks: undefined, cores: undefined } }], [])).toBe(
      `SERVICE  CPU  MEMORY  TASKS  READ  WRITTEN
off      -    -       -`,
    );
  });

  test("for machines: numbers, and null where nothing is known", () => {
    expect(topJson(2, rows, gpus)).toMatchObject({
      version: 1,
      services: [
        { name: "quiet", cores: 0.001, memoryBytes: null, readPerSecond: 0, gpuBytes: 0 },
        { name: "vllm-qwen", memoryBytes: 3_100_000_000, writtenPerSecond: 1_500_000, gpuBytes: 44e9 },
      ],
      gpus: [{ index: 0, busy: 0.34 }],
    });
    expect(topJson(2, rows, [])).toMatchObject({ services: [{ gpuBytes: null }, {}], gpus: [] });
  });
});
