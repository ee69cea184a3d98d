/** Checks of what data needs: room, memory, and the record of the last run. */
import { GIB, memoryText, parseSize } from "../model/size.ts";
import { type Check, check, type Finding, ok, problem, skip, unless, warning } from "./check.ts";
import type { RoomFact } from "./parts-running.ts";
import { isCommand } from "./words.ts";

const RUN = "sudo install-quadlets";

export const dataChecks: readonly Check[] = [
  check({
    id: "room",
    group: "data",
    what: "room and inodes of the file systems that hold images and data",
    finds:
      "little room (below 10 GiB and a twentieth; a problem below 1 GiB and a fiftieth), hardly any inodes, too little for a first run",
    from: ["room"],
    judge: ({ room }, { installed }) =>
      unless(
        room.flatMap((one) => roomFindings(one, installed)),
        room.map(({ place, free, size }) => `${memoryText(free)} of ${memoryText(size)} free on ${place}`).join("; "),
      ),
  }),
  check({
    id: "record",
    group: "data",
    what: "the record of the last run, which svc and this read",
    finds: "one that is damaged, or of another version of this program",
    needsRoot: true,
    ours: true,
    from: ["record"],
    judge: ({ record: { trouble, services } }) =>
      trouble === undefined
        ? ok(`the record names ${services} ${services === 1 ? "service" : "services"}`)
        : {
            found: [
              isCommand(trouble.hint)
                ? problem(trouble.message, RUN)
                : problem(trouble.message, undefined, trouble.hint),
            ],
          },
  }),
  check({
    id: "memory-limits",
    group: "data",
    what: "memory limits of the services, against the memory of this host",
    finds: "one that is above what there is, and all together above memory and swap",
    needsRoot: true,
    ours: true,
    from: ["index", "memory", "kernel"],
    judge: ({ index, memory: { total, swap }, kernel }) => {
      if (kernel.controllers?.includes("memory") !== true) return skip("limits of memory are not kept here");
      const limits = index.services.flatMap(({ units }) =>
        units.map(({ name, memory }) => ({ name, limit: parseSize(memory ?? "") })),
      );
      const sum = limits.reduce((all, { limit }) => all + limit, 0);
      const above = limits.filter(({ limit }) => limit > total);
      const found = above.map(({ name, limit }) =>
        warning(`${name} may use ${memoryText(limit)}, and this host has ${memoryText(total)}`, undefined, LOWER),
      );
      if (found.length === 0 && sum > total + swap)
        found.push(
          warning(
            `the services may use ${memoryText(sum)} together, and this host has ${memoryText(total)} and ${memoryText(swap)} of swap`,
            undefined,
            LOWER,
          ),
        );
      return unless(found, `the services may use ${memoryText(sum)} of ${memoryText(total)}`);
    },
  }),
];

/** vLLM's image unpacked, the others, and the default model: estimated, and rather too much. */
const FIRST_RUN = 40 * GIB;
const LOWER =
  "when all of it is used the kernel ends one of them; lower their memory settings in /etc/install-quadlets/stack.yaml";

function roomFindings(
  { place, holds, size, free, inodes, freeInodes }: RoomFact,
  installed: boolean,
): readonly Finding[] {
  // Of a small file system a share counts, and not gigabytes.
  const level = free < Math.min(GIB, size / 50) ? problem : free < Math.min(10 * GIB, size / 20) ? warning : undefined;
  const where = `${place} (${holds})`;
  const find = `sudo du -xh -d3 ${place} | sort -h | tail`;
  if (level !== undefined)
    return [
      level(
        `only ${memoryText(free)} of ${memoryText(size)} are free on ${where}`,
        undefined,
        `${find} says what takes it`,
      ),
    ];
  if (!installed && free < FIRST_RUN)
    return [
      warning(
        `${memoryText(free)} are free on ${where}: the default stack needs about ${memoryText(FIRST_RUN)} for images and a model`,
      ),
    ];
  if (inodes > 0 && freeInodes < inodes / 50)
    return [
      warning(
        `only ${freeInodes} of ${inodes} inodes are free on ${where}: no more files can be made soon`,
        undefined,
        INODES,
      ),
    ];
  return [];
}

const INODES = "sudo du --inodes -x -d3 / | sort -n | tail says which directories hold so many";
