/** A host of a lab in a virtual machine, with a kernel of its own: emulated, so ten times slower, and wherever the tests run. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { type Answer, labName } from "../lab/support.ts";

const MAKE = fileURLToPath(new URL("vm.sh", import.meta.url));

export interface Machine {
  /** A shell script, as root. */
  run(script: string): Promise<Answer>;
  /** What the kernel and systemd wrote on its screen. */
  screen(): string;
  end(): void;
}

/** Of the lab of this file, which was stopped and goes with it. */
export async function bootMachine(megabytes: number): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), "vm-"));
  await execa(MAKE, [folder], { env: { LAB_NAME: labName() } });
  const qemu = spawn("qemu-system-x86_64", flags(folder, megabytes), { stdio: ["ignore", "ignore", "inherit"] });
  const screen = () => readFileSync(join(folder, "screen"), "utf8");
  const end = () => {
    qemu.kill();
    rmSync(folder, { recursive: true });
  };
  const line = await connect(join(folder, "line"), qemu);
  const answers = readLines(line);
  // Where its own start is done it says so.
  await answers();
  return { run: (script) => ask(line, answers, script), screen, end };
}

function flags(folder: string, megabytes: number): readonly string[] {
  const at = (name: string) => join(folder, name);
  return [
    ...["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", String(megabytes)],
    ...["-display", "none", "-nic", "none", "-no-reboot"],
    ...["-kernel", at("vmlinuz"), "-initrd", at("initrd.img"), "-append", "root=/dev/vda rw console=ttyS0"],
    ...["-drive", `file=${at("disk.img")},format=raw,if=virtio,cache=unsafe`],
    ...["-serial", `file:${at("screen")}`, "-serial", `unix:${at("line")},server=on,wait=off`],
  ];
}

/** It makes its socket when it is about to start. */
async function connect(path: string, qemu: ChildProcess): Promise<Socket> {
  for (;;) {
    if (qemu.exitCode !== null) throw new Error(`qemu ended with code ${qemu.exitCode}`);
    const socket = createConnection(path);
    try {
      await once(socket, "connect");
      return socket;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Gives the next line each time. */
function readLines(socket: Socket): () => Promise<string> {
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (more) => {
    text += more;
  });
  return async () => {
    while (!text.includes("\n")) await once(socket, "data");
    const [line = "", ...rest] = text.split("\n");
    text = rest.join("\n");
    return line.trim();
  };
}

async function ask(socket: Socket, answers: () => Promise<string>, script: string): Promise<Answer> {
  socket.write(`${Buffer.from(script).toString("base64")}\n`);
  const [code, out, err] = (await answers()).split(" ");
  const text = (coded = "") => Buffer.from(coded, "base64").toString().trimEnd();
  return { code: Number(code), out: text(out), err: text(err) };
}
