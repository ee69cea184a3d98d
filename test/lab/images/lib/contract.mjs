// What every stand-in shares: collect violated requirements, refuse once with all of them, listen or die, end on SIGTERM.
import { accessSync, constants, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

/** Collects violations so that one start shows all of them, as one line. */
export class Contract {
  #violations = [];

  constructor(image) {
    this.image = image;
  }

  need(condition, violation) {
    if (!condition) this.#violations.push(violation);
    return Boolean(condition);
  }

  warn(text) {
    process.stderr.write(`${this.image}: WARNING: ${text}\n`);
  }

  get broken() {
    return this.#violations.length > 0;
  }

  /** Ends the process when anything is missing. */
  enforce() {
    if (this.broken) this.refuse(this.#violations.join("; "));
  }

  refuse(reason) {
    process.stderr.write(`${this.image}: refused to start: ${reason}\n`);
    process.exit(1);
  }

  /** A directory the program must be able to write, proven by writing. */
  writable(dir, why) {
    const probe = `${dir}/.write-test-${process.pid}`;
    try {
      writeFileSync(probe, "");
      rmSync(probe);
      return true;
    } catch (error) {
      const owner = describe(dir);
      return this.need(false, `${dir} is not writable for uid ${process.getuid()} (${error.code}${owner}): ${why}`);
    }
  }

  uid(expected, why) {
    return this.need(
      expected.includes(process.getuid()),
      `runs as uid ${process.getuid()}, expected ${expected.join(" or ")}: ${why}`,
    );
  }

  env(name, why) {
    this.need(process.env[name], `${name} is not set: ${why}`);
    return process.env[name] ?? "";
  }
}

function describe(path) {
  try {
    const { uid, gid, mode } = statSync(path);
    return `, owner ${uid}:${gid} mode ${(mode & 0o7777).toString(8)}`;
  } catch {
    return ", missing";
  }
}

/** The value of NAME, or the content of the file NAME_FILE names. */
export function fileEnv(name) {
  const direct = process.env[name];
  const path = process.env[`${name}_FILE`];
  if (direct !== undefined && path !== undefined) {
    process.stderr.write(`error: both ${name} and ${name}_FILE are set (but are exclusive)\n`);
    process.exit(1);
  }
  if (direct !== undefined) return direct;
  return path === undefined ? undefined : readFileSync(path, "utf8").replace(/\n+$/, "");
}

export function readable(path) {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a server, or ends the process as a real program does when its port is taken. `::` also takes IPv4; it is for programs
 * whose real ones do so: in a container `localhost` is ::1 first, and BusyBox's wget tries nothing else.
 */
export function listen(image, server, port, host = "0.0.0.0") {
  return new Promise((resolve) => {
    server.on("error", (error) => {
      if (error.code === "EAFNOSUPPORT" && host === "::")
        return server.listen(Number(port), "0.0.0.0", () => resolve(server));
      process.stderr.write(
        `${image}: cannot listen on ${host}:${port}: ${error.code}${error.code === "EADDRINUSE" ? " (Address already in use)" : ""}\n`,
      );
      process.exit(1);
    });
    server.listen({ port: Number(port), host }, () => {
      process.stdout.write(`${image}: listening on ${host}:${port}\n`);
      resolve(server);
    });
  });
}

/** PID 1 has no default signal handlers: without this every stop would wait for SIGKILL. */
export function endOnSignal(image, before = () => {}) {
  for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"]) {
    process.on(signal, () => {
      process.stdout.write(`${image}: ${signal}, shutting down\n`);
      before();
      process.exit(0);
    });
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tries until it works or the time is over; the last error is the reason. */
export async function retry(seconds, attempt) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await sleep(500);
    }
  }
}
