/** What readers may do: each command of each program, as a text that is reviewed. */
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { effectOf } from "../../src/cli/effects.ts";
import { makeProgram as gateway } from "../../src/cli/gateway-program.ts";
import { makeProgram as install } from "../../src/cli/install-program.ts";
import { makeProgram as opik } from "../../src/cli/opik-program.ts";
import { mayRead } from "../../src/cli/readers.ts";
import { makeProgram as svc } from "../../src/cli/svc-program.ts";
import { makeProgram as vllm } from "../../src/cli/vllm-program.ts";

const PROGRAMS = [install(), svc(), await vllm(), await opik(), await gateway()];

interface One {
  readonly program: string;
  readonly path: string;
  readonly flags: readonly string[];
}

function commandsOf(command: Command, above: readonly Command[] = []): readonly One[] {
  const all = [...above, command];
  const flags = [...new Set(all.flatMap(({ options }) => options.map((option) => option.attributeName())))];
  const path = all.slice(1).map((one) => one.name());
  return [
    { program: all[0]?.name() ?? "", path: path.join(" "), flags },
    ...command.commands.flatMap((next) => commandsOf(next, all)),
  ];
}

const ALL = PROGRAMS.flatMap((program) => commandsOf(program));

/** Add a line only for what changes nothing, shows no secret, costs nothing, and reads and writes no file that is named. */
const REVIEWED = `
install-quadlets history: json verbose
install-quadlets ports: json verbose
install-quadlets backups: json verbose
install-quadlets doctor: json verbose
install-quadlets verify: json verbose
svc list: verbose all json
svc status: verbose json watch
svc top: verbose once json
svc alerts: verbose json
svc logs: verbose follow lines since all
svc where: verbose json
svc versions: verbose json
svc client: verbose json
vllm-manage status: service verbose json watch
vllm-manage health: service verbose json
vllm-manage logs: service verbose follow since
vllm-manage follow: service verbose
vllm-manage models list: service verbose json
vllm-manage gpu: service verbose json
opik-manage status: service verbose json watch
opik-manage health: service verbose json
opik-manage logs: service verbose follow since
opik-manage follow: service verbose
gateway-manage status: service verbose json watch
gateway-manage health: service verbose json
gateway-manage logs: service verbose follow since
gateway-manage follow: service verbose
gateway-manage models list: service verbose json
gateway-manage cache stats: service verbose json
gateway-manage usage: service verbose by days json
`;

test("every command and every flag that readers may type", () => {
  const may = ALL.filter(({ program, path }) => mayRead(program, path, [])).map(
    ({ program, path, flags }) =>
      `${program} ${path}: ${flags.filter((flag) => mayRead(program, path, [flag])).join(" ")}`,
  );
  expect(may.toSorted()).toEqual(REVIEWED.trim().split("\n").toSorted());
});

test("none of them changes anything without a file that is named", () => {
  const may = ALL.filter(({ program, path }) => mayRead(program, path, []));
  expect(may.filter(({ program, path }) => effectOf(program, path)?.startsWith("read-only") !== true)).toEqual([]);
});

describe("never", () => {
  test.each([
    ["svc", "exec"],
    ["svc", "shell"],
    ["svc", "open"],
    ["svc", "__complete"],
    ["vllm-manage", "key show"],
    ["vllm-manage", "bench"],
    ["opik-manage", "credentials"],
    ["opik-manage", "minio-console"],
    ["opik-manage", "mysql-shell"],
    ["gateway-manage", "key show"],
    ["gateway-manage", "tail"],
    ["install-quadlets", "secrets show"],
    ["install-quadlets", ""],
    ["install-quadlets", "__proto__"],
    ["__proto__", "constructor"],
    ["svc", "constructor"],
  ])("%s %s", (program, path) => expect(mayRead(program, path, [])).toBe(false));

  test.each([
    ["install-quadlets", "verify", "config"],
    ["install-quadlets", "ports", "config"],
    ["install-quadlets", "doctor", "bundle"],
    ["install-quadlets", "doctor", "images"],
    ["svc", "status", "ask"],
    ["svc", "list", "constructor"],
  ])("%s %s with --%s", (program, path, flag) => expect(mayRead(program, path, ["json", flag])).toBe(false));
});
