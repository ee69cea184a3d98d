/** The last question of a run: does the model answer that it touched? Where it does not, that is said, and nothing is taken back. */
import { expect, test } from "vitest";
import type { HttpAnswer } from "../../src/model/http.ts";
import { listGenerations } from "../../src/record/generations.ts";
import type { InstallRun } from "../../src/runs/carry-out.ts";
import { install } from "../../src/runs/install.ts";
import { MemoryHost } from "../apply/memory-host.ts";
import { smallSite } from "../apply/small-site.ts";
import { expectConverged } from "../apply/support.ts";
import { parseOnce } from "../support/parsed-once.ts";
import { installRunOn } from "./support.ts";

const MODEL = `pod: {}
serves_models:
  type: vllm
  port: api
  key: key
  models: [{ name: small }]
  probe: { path: /v1/x, body: { max_tokens: 1 }, find: tokens }
`;
const SITE = smallSite((text) =>
  text
    .replace("ports:\n  db:", "ports:\n  api: { host: 8000, container: 8000, bind: [loopback] }\n  db:")
    .replace("listens: [53]", "listens: [53, 8000]")
    .replace("pod: {}\n", MODEL),
);
const OTHER = {
  ...SITE,
  services: SITE.services.map(({ file, text }) => ({ file, text: text.replace("a front", "a face") })),
};
for (const sources of [SITE, OTHER]) parseOnce(sources);

async function run(answer: HttpAnswer, changes: Partial<InstallRun> = {}, host = new MemoryHost(), sources = SITE) {
  const asked: string[] = [];
  host.system.http.answer = ({ port, path, body, bearer }) => {
    asked.push(`${port}${path} ${body?.reveal()} ${bearer?.reveal().length}`);
    return answer;
  };
  // The account of the store has the first id of its own.
  host.system.files.put(
    `/proc/${host.system.host.processId()}/net/tcp`,
    "  0: 0100007F:1F40 00000000:0000 0A 0:0 0:0 0  800 0 1\n",
  );
  const answers: unknown[] = [];
  const installing = installRunOn(host.system, () => sources, {
    yes: true,
    welcome: (_, given) => answers.push(...given.map(({ missing }) => missing ?? "there")),
    ...changes,
  });
  const outcome = await install(installing).then(String, (error: Error) => error.message);
  return { host, asked, answers, outcome };
}

const GOOD = { status: 200, body: '{"tokens":1}' };

test("a model that answers was asked at its own port, with its key and name", async () => {
  const { asked, answers, outcome } = await run(GOOD);
  expect(asked).toEqual(['8000/v1/x {"model":"small","max_tokens":1} 33']);
  expect([answers, outcome]).toEqual([["there"], "done"]);
});

test("one that does not is the last thing that is said; what was done stays, and the run is on record as well", async () => {
  const { host, answers, outcome } = await run({ status: 400, body: "no" });
  expect(answers).toEqual(["it answers 400: no"]);
  expect(outcome).toBe(
    "everything is as configured, but small does not give a token at http://127.0.0.1:8000: it answers 400: no",
  );
  await expectConverged(host, SITE);
  expect((await listGenerations(host.system.files)).at(-1)?.result).toBe("done");
});

test("nobody is asked who does not want it, who changed nothing, or about somebody else", async () => {
  const first = await run({ status: 500, body: "" }, { tokens: false });
  expect([first.asked, first.outcome]).toEqual([[], "done"]);
  const again = await run({ status: 500, body: "" }, {}, first.host);
  expect([again.asked, again.outcome]).toEqual([[], "done"]);
  const face = await run({ status: 500, body: "" }, {}, first.host, OTHER);
  expect([face.asked, face.outcome]).toEqual([[], "done"]);
});
