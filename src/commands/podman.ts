/** podman as the owner of images, secrets and containers: wrap every command in asUser, but for version and dry run. */
import type { Command } from "../model/command.ts";

const QUERY_MS = 60_000;
/** A look at a store: who waits longer than that waits for a lock that nobody gives back. */
const LIST_MS = 20_000;
/** A vLLM image is 10 GB; on 1 Mbit/s that is 22 hours. */
const PULL_MS = 24 * 60 * 60 * 1000;

export function podmanVersion(): Command {
  return { argv: ["podman", "--version"], timeoutMs: QUERY_MS };
}

/** Progress goes to standard error, the id of the image to standard output. */
export function pullImage(reference: string): Command {
  return { argv: ["podman", "pull", "--", reference], timeoutMs: PULL_MS, mayEnd: true };
}

/** Two full references a line each, by tag ("<none>" for an image that was pulled by digest) and by digest, and the id. */
export function listImages(): Command {
  const format = "{{.Repository}}:{{.Tag}} {{.ID}}\n{{.Repository}}@{{.Digest}} {{.ID}}";
  return { argv: ["podman", "images", "--no-trunc", "--format", format], timeoutMs: LIST_MS };
}

/** Gives an image that is there a name, taking it from whatever had it. */
export function tagImage(id: string, reference: string): Command {
  return { argv: ["podman", "tag", "--", id, reference], timeoutMs: QUERY_MS };
}

/** Gives a name back to what had it before something else was pulled under it; undefined where nothing had it, or still has. */
export function tagAsBefore(
  reference: string,
  before: string | undefined,
  now: string | undefined,
): Command | undefined {
  return before === undefined || before === now ? undefined : tagImage(before, reference);
}

/** Id, digest and time of making a line. */
export function inspectImages(ids: readonly string[]): Command {
  const format = "{{.Id}} {{.Digest}} {{.Created}}";
  return { argv: ["podman", "image", "inspect", "--format", format, "--", ...ids], timeoutMs: LIST_MS };
}

/** A container's name and the id of its image a line. */
export function listContainerImages(): Command {
  const format = "{{.Names}} {{.ImageID}}";
  return { argv: ["podman", "ps", "--all", "--no-trunc", "--format", format], timeoutMs: LIST_MS };
}

/** The value travels on standard input, so it shows in no process list. "-" and /dev/stdin would want a named pipe. */
export function createSecret(name: string, value: string): Command {
  return {
    argv: ["podman", "secret", "create", "--replace", "--", name, "/proc/self/fd/0"],
    stdin: value,
    timeoutMs: QUERY_MS,
  };
}

/** Prints the value as JSON on standard output: for copies and composed secrets, never for a log. */
export function revealSecret(name: string): Command {
  return { argv: ["podman", "secret", "inspect", "--showsecret", "--", name], timeoutMs: QUERY_MS, secretOutput: true };
}

/** The same of several, each of which must be there. */
export function revealSecrets(names: readonly string[]): Command {
  return {
    argv: ["podman", "secret", "inspect", "--showsecret", "--", ...names],
    timeoutMs: QUERY_MS,
    secretOutput: true,
  };
}

/** One name a line. */
export function listSecrets(): Command {
  return { argv: ["podman", "secret", "ls", "--format", "{{.Name}}"], timeoutMs: LIST_MS };
}

export function removeSecret(name: string): Command {
  return { argv: ["podman", "secret", "rm", "--ignore", "--", name], timeoutMs: QUERY_MS };
}

export function removeImage(reference: string): Command {
  return { argv: ["podman", "image", "rm", "--ignore", "--", reference], timeoutMs: QUERY_MS };
}

/** For whoever sits in front of it, or a script that feeds it. */
export interface AttachedOptions {
  readonly terminal: boolean;
  /** By variable; podman hands on what it finds in its own environment (pkg/env/env.go), so no value is an argument. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export function execAttached(container: string, argv: readonly string[], options: AttachedOptions): Command {
  const { terminal, secrets = {} } = options;
  const flags = ["--interactive", ...(terminal ? ["--tty"] : [])];
  const variables = Object.keys(secrets).flatMap((name) => ["--env", name]);
  return { argv: ["podman", "exec", ...flags, ...variables, container, ...argv], env: secrets };
}

export interface ExecOptions {
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

export function execInContainer(container: string, argv: readonly string[], options: ExecOptions = {}): Command {
  const flags = options.stdin === undefined ? [] : ["--interactive"];
  return {
    // No "--": podman takes everything after the container's name as the command.
    argv: ["podman", "exec", ...flags, container, ...argv],
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
}

/** A reload command of the catalogue: it takes seconds, or it does not end. */
export function reloadContainer(container: string, argv: readonly string[]): Command {
  return execInContainer(container, argv, { timeoutMs: QUERY_MS });
}

/** Runs the health check once, now: exit code 0 means healthy. */
export function checkHealth(container: string): Command {
  return { argv: ["podman", "healthcheck", "run", container], timeoutMs: QUERY_MS };
}

/** Enters the user's namespace, or makes it; fails where podman remembers containers whose processes are gone. */
export function enterNamespace(): Command {
  return { argv: ["podman", "unshare", "/bin/true"], timeoutMs: QUERY_MS };
}

/** The pause process keeps the old id map: needed after subordinate ids changed (podman troubleshooting 19). */
export function migrate(): Command {
  return { argv: ["podman", "system", "migrate"], timeoutMs: 300_000 };
}

/** Names the process that keeps an account's namespace. */
export function pauseFile(uid: number): string {
  return `/run/user/${uid}/libpod/tmp/pause.pid`;
}

/** Where that process is gone. */
export function forgetPause(uid: number): Command {
  return { argv: ["rm", "--force", "--", pauseFile(uid)], timeoutMs: QUERY_MS };
}

/** What systemd would get for the files of one directory; QUADLET_UNIT_DIRS replaces every search path. */
export function generatorDryRun(directory: string): Command {
  return {
    argv: ["/usr/lib/systemd/user-generators/podman-user-generator", "--user", "--dryrun"],
    env: { QUADLET_UNIT_DIRS: directory },
    timeoutMs: QUERY_MS,
  };
}
