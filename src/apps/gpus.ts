/** Each graphics card: what it has, which service was given it, and who uses it now. */
import { gatherLocalAccounts } from "../facts/accounts.ts";
import { gatherGpus } from "../facts/gpus.ts";
import { gatherProcessOwner } from "../facts/process-owner.ts";
import { gatherSubids } from "../facts/subids.ts";
import type { AccountFact, SubidLine } from "../model/facts.ts";
import { type GpuFact, isMeant } from "../model/gpu.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";

export interface GpuUse {
  readonly gpu: GpuFact;
  readonly given: readonly { readonly service: string; readonly share: number | undefined }[];
  readonly used: readonly Use[];
}

export interface Use {
  readonly pid: number;
  readonly program: string;
  /** Account of the process; undefined where it ended meanwhile. */
  readonly user: string | undefined;
  /** Of ours, where the account is one's. */
  readonly service: string | undefined;
  readonly usedBytes: number | undefined;
}

/** `services` is empty where nothing is installed, or only root may know. */
export async function readGpus(
  system: System,
  services: readonly IndexedService[],
): Promise<{ readonly gpus: readonly GpuUse[]; readonly trouble: readonly string[] }> {
  const [{ gpus, trouble }, accounts, subuids] = await Promise.all([
    gatherGpus(system),
    gatherLocalAccounts(system),
    gatherSubids(system, "subuid"),
  ]);
  const people = { services, accounts, subuids };
  const uses = await Promise.all(
    gpus.map(async (gpu) => ({
      gpu,
      given: givenTo(gpu, services),
      used: await Promise.all(
        gpu.processes.map(async (one) => ({
          ...one,
          ...whose(await gatherProcessOwner(system, one.pid), people),
        })),
      ),
    })),
  );
  return { gpus: uses, trouble };
}

function givenTo(gpu: GpuFact, services: readonly IndexedService[]): GpuUse["given"] {
  return services
    .filter((service) => service.gpu?.devices.some((device) => isMeant(device, gpu)))
    .map((service) => ({ service: service.name, share: service.gpu?.share }));
}

interface People {
  readonly services: readonly IndexedService[];
  readonly accounts: readonly AccountFact[];
  readonly subuids: readonly SubidLine[];
}

/** Whoever is root inside of a container is its account here; everybody else in there is one of that one's subordinate ids. */
function whose(uid: number | undefined, { services, accounts, subuids }: People): Pick<Use, "user" | "service"> {
  if (uid === undefined) return { user: undefined, service: undefined };
  const range = subuids.find(({ start, count }) => uid >= start && uid < start + count);
  const account = accounts.find((one) => one.uid === uid) ?? accounts.find((one) => owns(one, range));
  const owner = account?.uid ?? uid;
  return {
    user: account?.user ?? `uid ${uid}`,
    service: services.find((service) => service.uid === owner)?.name,
  };
}

function owns({ user, uid }: AccountFact, range: SubidLine | undefined): boolean {
  return range !== undefined && (range.owner === user || range.owner === String(uid));
}
