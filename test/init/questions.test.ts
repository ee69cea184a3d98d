/** The questions: when they are asked, what Enter means, and what holds where nobody is there. */
import { describe, expect, test } from "vitest";
import { type Dialog, decide } from "../../src/cli/init-dialog.ts";
import { KEYS, nameOf, questionOf, type Situation } from "../../src/init/questions.ts";
import { Stopped, UserError } from "../../src/model/diagnostic.ts";
import type { Address } from "../../src/model/names.ts";
import { GIB } from "../../src/model/size.ts";
import { gpu, host, situation, WITHOUT_TAILSCALE } from "./hosts.ts";

const card = gpu("NVIDIA GeForce RTX 4090", 24);
const whole = situation(host([card]));
const noTailnet = situation(host([card], WITHOUT_TAILSCALE));
const noHttps = situation(host([card], { tailnet: { ...host([]).tailnet, names: [] } }));
const unknownGpu = situation(host([], { gpus: { gpus: [], trouble: ["nvidia-smi: dead"] } }));

interface Heard {
  readonly asked: string[];
  readonly said: string[];
}

/** Answers in their order; what is asked beyond them is nobody's terminal any more. */
function dialog(at: Situation, given: Dialog["given"], answers?: readonly string[]): Dialog & Heard {
  const asked: string[] = [];
  const said: string[] = [];
  const left = [...(answers ?? [])];
  const ask = async (question: string) => {
    asked.push(question);
    const next = left.shift();
    if (next === undefined) throw new Stopped("no answer; nothing was changed");
    return next;
  };
  const say = (line: string) => void said.push(line);
  const check = ({ domain }: { readonly domain?: string }) => {
    if (domain?.includes(" ") === true) throw new UserError("no such domain", "without spaces");
  };
  return { at, given, check, say, ask: answers === undefined ? undefined : ask, asked, said };
}

test.each([
  ["a tailnet with HTTPS", whole, ["domain", "model", "tailnetName", "services"]],
  ["a tailnet without", noHttps, ["domain", "model", "services"]],
  ["no tailnet", noTailnet, ["listen", "domain", "model", "services"]],
])("asked with %s", (_, at, asked) => {
  const site = { listen: "auto", ...(at.proposal && { model: at.proposal }) } as const;
  const keys = KEYS.filter((key) => questionOf(key, at, site) !== undefined);
  expect(keys).toEqual(asked);
  expect(keys.length).toBeLessThanOrEqual(5);
});

test("Enter takes what is proposed", async () => {
  const enter = dialog(whole, {}, ["", "", "", ""]);
  expect(await decide(enter)).toMatchObject({
    listen: "auto",
    domain: "liminati.internal",
    tailnetName: true,
    extras: ["opik"],
  });
  expect(enter.asked[1]).toBe("Model (PUBLISHER/NAME as on Hugging Face, or none) [openai/gpt-oss-20b]: ");
});

test("what is published for good is published for nobody who was not asked", async () => {
  expect(await decide(dialog(whole, {}))).toMatchObject({ tailnetName: false });
  expect(await decide(dialog(whole, { tailnetName: "yes" }))).toMatchObject({ tailnetName: true });
});

test("a wrong answer is explained, and asked again", async () => {
  const talk = dialog(whole, {}, ["my zone", "ai.internal", "nonsense", "none", "opick", "gateway"]);
  const site = await decide(talk);
  expect(site).toMatchObject({ domain: "ai.internal", model: { engine: "none" }, extras: ["gateway"] });
  expect(talk.said).toContain("no such domain\nhint: without spaces");
  expect(talk.said).toContain('there is no service "opick" to add\nhint: did you mean opik?');
});

test("with its flag a question is not asked", async () => {
  const talk = dialog(whole, { domain: "a.internal", model: "none", services: "none" }, []);
  expect(await decide(talk)).toMatchObject({ domain: "a.internal", tailnetName: false });
  expect(talk.asked).toEqual([]);
});

test("a terminal that is closed ends it", async () => {
  await expect(decide(dialog(whole, {}, ["ai.internal"]))).rejects.toMatchObject({
    message: "no answer; nothing was changed",
    exitCode: 130,
  });
});

describe("nobody is there", () => {
  test.each([
    ["an address", noTailnet, {}, "Tailscale is not installed here, and an address", "--listen ADDRESS"],
    ["a model", unknownGpu, {}, "nobody can say which: nvidia-smi: dead", "--model NAME"],
  ])("%s that has no safe default is an error that names the flag", async (_, at, given, says, flag) => {
    const error = await decide(dialog(at, given)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(says);
    expect((error as UserError).hint).toBe(`say it: ${flag}`);
  });

  test("and with the flag it goes on", async () => {
    const site = await decide(dialog(noTailnet, { listen: "192.168.1.5" }));
    expect(site).toMatchObject({ listen: "192.168.1.5", tailnetName: false });
    const named = await decide(dialog(unknownGpu, { model: "Qwen/Qwen3-8B" }));
    expect(nameOf(named.model)).toBe("Qwen/Qwen3-8B");
  });

  test("every fault at once, each with its flag", async () => {
    const given = { listen: "192.0.2.9", domain: "a b", model: "x", tailnetName: "yes", services: "nginx" };
    const error = await decide(dialog(noHttps, given)).catch((reason: unknown) => reason);
    const { message } = error as UserError;
    for (const flag of [
      "--listen: 192.0.2.9 is not",
      "--domain: no such",
      "--model: x is no",
      "--services: there is no",
    ])
      expect(message).toContain(flag);
    expect(message).toContain("--tailnet-name: Tailscale gets no certificates for this host");
    expect(message).toContain("hint: there are auto, 192.168.1.5, 100.64.0.7");
  });

  test("the name needs Tailscale's address, and Open WebUI", async () => {
    const name = { tailnetName: "yes" };
    await expect(decide(dialog(whole, { ...name, listen: "192.168.1.5" }))).rejects.toThrow("listen on another one");
    await expect(decide(dialog(whole, { ...name, model: "none" }))).rejects.toThrow("Open WebUI, which is not among");
  });
});

test.each([
  [16, []],
  [64, ["opik"]],
])("with %i GiB of memory there is %j", async (gib, extras) => {
  const at = situation(host([card], { memoryBytes: gib * GIB }));
  expect(await decide(dialog(at, {}))).toMatchObject({ extras });
});

test("an address that the Internet reaches is told from others", () => {
  const addresses = [
    { address: "10.0.0.4", interface: "eth0" },
    { address: "8.8.4.4", interface: "eth1" },
  ].map((one) => ({ ...one, address: one.address as Address }));
  const at = situation(host([], { ...WITHOUT_TAILSCALE, addresses }));
  expect(questionOf("listen", at, {})?.lines.slice(1)).toEqual([
    "  10.0.0.4 (eth0)",
    "  8.8.4.4 (eth1, public: all of the Internet would reach it)",
  ]);
});
