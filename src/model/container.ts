/** One container of a service, with everything about it resolved. */
import type { Health } from "./health.ts";
import type { LogPatterns } from "./log-pattern.ts";
import type { AbsolutePath } from "./names.ts";
import type { SecretUse } from "./service-secret.ts";

export interface Container {
  /** Unit name without suffix, for example "opik-mysql" (a member) or "vllm-qwen". */
  readonly unit: string;
  /** Short name inside the service, for example "mysql". */
  readonly name: string;
  readonly description: string;
  readonly image: string;
  /** Compressed, about; undefined where the catalogue does not say. */
  readonly imageMegabytes: number | undefined;
  /** Undefined where the image needs no NVIDIA driver, or takes any. */
  readonly nvidiaDriver: NvidiaDriver | undefined;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretUse[];
  readonly mounts: readonly Mount[];
  /** Paths of the host that it sees at the same place, and cannot write. */
  readonly hostReads: readonly string[];
  /** It is in the groups of its account. */
  readonly keepGroups: boolean;
  /** "/path" or "/path:options". */
  readonly tmpfs: readonly string[];
  readonly devices: readonly string[];
  readonly health: Health | undefined;
  /** Run inside the container, as argv: takes over changed files without a restart. Fails where they are refused. */
  readonly reload: readonly string[] | undefined;
  /** Members of the same pod that come first, and in which state. */
  readonly after: readonly { readonly container: string; readonly condition: "healthy" | "started" | "completed" }[];
  readonly capabilities: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly runInit: boolean;
  /** Bytes with a unit, for example "4g"; undefined means unlimited. */
  readonly memory: string | undefined;
  readonly pids: number;
  readonly shmSize: string | undefined;
  /** For example { nofile: "262144" } or { memlock: "-1" }. */
  readonly ulimits: Readonly<Record<string, string>>;
  readonly stopSignal: string | undefined;
  readonly stopTimeoutSeconds: number;
  /** Budget for start until healthy. */
  readonly startTimeoutSeconds: number;
  readonly restart: "always" | "on-failure" | "no";
  /** Runs to its end once; its success counts as started. */
  readonly oneshot: boolean;
  /** Ports that the program claims in its network namespace, published or not. */
  readonly listens: readonly number[];
  readonly log: LogPatterns;
  /** In what the instance differs that serves while this one is replaced; undefined where that is done in place. */
  readonly twin: Differences | undefined;
}

type Differences = Pick<Container, "unit" | "entrypoint" | "command" | "environment" | "health" | "listens">;

/** The first number of the version that an image needs at least, and what to do on a host that has less. */
export interface NvidiaDriver {
  readonly atLeast: number;
  readonly hint: string;
}

export interface Mount {
  readonly source: AbsolutePath;
  readonly target: string;
  readonly readOnly: boolean;
}
