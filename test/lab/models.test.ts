/** The life of a model on a host: other settings that work, others that do not, how fast it is, another key. */
import { expect, test } from "vitest";
import { startFrom } from "./start.ts";
import { host, hostScript, putFile, tryHost } from "./support.ts";

startFrom("small");

const FILE = "/etc/install-quadlets/stack.yaml";
const UNIT = "/etc/containers/systemd/users/$(id -u vllm-user)/vllm-qwen.container";

/** With a comment, which is to stay. */
const OURS =
  "# ours\nservices:\n  opik: { enabled: false }\n  vllm-qwen:\n    settings:\n      max_model_len: 8192 # enough\n";

const LENGTH = `grep -o 'max-model-len [0-9]*' ${UNIT}`;

test("a run ends with a token that came through the public name", async () => {
  await putFile(FILE, OURS);
  const run = await tryHost("install-quadlets", "--yes", "--json");
  expect(run.code, run.out + run.err).toBe(0);
  // The plan, and then what was answered.
  const [, answers = ""] = run.out.split(/^}$/m);
  expect(JSON.parse(`${answers}}`)).toMatchObject({
    version: 1,
    answers: [{ service: "vllm-qwen", model: "qwen", where: "https://vllm.liminati.internal", answered: true }],
  });
  expect((await tryHost("install-quadlets", "--yes")).out).toContain("nothing to do");
});

test("other settings are tried, and written down with the comments once a token came", async () => {
  const run = await tryHost("vllm-manage", "reconfigure", "max_model_len=4096", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  expect(run.out).toMatch(/-\s+max_model_len: 8192 # enough\n\s+\+\s+max_model_len: 4096 # enough/);
  expect(run.out).toContain("qwen answers at https://vllm.liminati.internal");
  expect(`${await host("cat", FILE)}\n`).toBe(OURS.replace("8192", "4096"));
  expect(await hostScript(LENGTH)).toBe("max-model-len 4096");
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
});

test("what the engine refuses goes back, with its own words, and the model serves as before", async () => {
  const run = await tryHost("vllm-manage", "reconfigure", "extra_args=--no-such-flag", "--yes");
  expect(run.code, run.out).toBe(1);
  expect(run.err).toContain("everything was taken back");
  expect(run.err).toContain("--no-such-flag");
  expect(`${await host("cat", FILE)}\n`).toBe(OURS.replace("8192", "4096"));
  expect((await tryHost("install-quadlets", "--dry-run")).code).toBe(0);
  expect(await host("vllm-manage", "models")).toMatch(/^vllm-qwen serves qwen\n/);
});

test("a name that is none is said with the nearest, and nothing is touched", async () => {
  const run = await tryHost("vllm-manage", "reconfigure", "max_model_length=1");
  expect([run.code, run.err.split("\n")[0]]).toEqual([
    1,
    'error: vllm-qwen has no setting "max_model_length": did you mean max_model_len? [bad-value]',
  ]);
});

test("numbers of both ways, without an error", async () => {
  const out = await host("vllm-manage", "bench", "--concurrency", "1,8", "--tokens", "8", "--requests", "8", "--json");
  const { measured } = JSON.parse(out) as {
    readonly measured: readonly { readonly way: string; readonly levels: readonly Record<string, unknown>[] }[];
  };
  expect(measured.map(({ way }) => way)).toEqual(["proxy", "direct"]);
  for (const { levels } of measured) {
    expect(levels).toMatchObject([
      { atOnce: 1, answers: 8, errors: {}, tokens: 64 },
      { atOnce: 8, answers: 8, errors: {}, tokens: 64 },
    ]);
  }
});

test("another key opens the model, and the former does not", async () => {
  const key = async () => (await host("vllm-manage", "key", "show", "--reveal")).trim();
  const status = (bearer: string) =>
    host(
      "curl",
      "-sS",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      "-H",
      `authorization: Bearer ${bearer}`,
      "http://127.0.0.1:8000/v1/models",
    );
  const former = await key();
  expect(await status(former)).toBe("200");
  const run = await tryHost("vllm-manage", "key", "rotate", "--yes");
  expect(run.code, run.out + run.err).toBe(0);
  expect(run.out).toContain("everything is as configured and healthy");
  expect(await key()).not.toBe(former);
  expect([await status(former), await status(await key())]).toEqual(["401", "200"]);
});
