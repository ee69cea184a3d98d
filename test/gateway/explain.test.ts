/** The way of a name through the files about models, as data; and what LiteLLM says of who answered. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { explain, namesAskedFor, type Turn } from "../../src/gateway/explain.ts";
import { answererIn, deploymentState } from "../../src/gateway/litellm-answer.ts";
import { resolve } from "./support.ts";

const { ways, ...files } = parse(readFileSync("test/cases/gateway/ways.yaml", "utf8")) as {
  readonly ways: Readonly<Record<string, string>>;
  readonly providers: string;
  readonly mappings: string;
};
const registry = resolve(files).registry ?? expect.fail();

const turnText = ({ provider, model, share, isActive }: Turn) =>
  `${provider} ${model} ${isActive ? `${share} %` : "disabled"}`;

test.each(Object.entries(ways))("%s", (asked, words) => {
  const way = explain(registry, asked);
  if (way === undefined) return expect("nothing").toBe(words);
  const { mapping, by, name, turns, fallbacks, contextFallbacks } = way;
  const steps = `then ${fallbacks.join(" ")}; too long ${contextFallbacks.join(" ")}`;
  expect(`${mapping} by ${by} as ${name}: ${turns.map(turnText).join(", ")}; ${steps}`).toBe(words);
});

test("names that can be asked for, those of providers that are off not among them", () => {
  expect(namesAskedFor(registry)).toEqual(["qwen", "default", "big", "qwen-72b", "qwen-lab"]);
});

test("who answered, by the headers of LiteLLM; what they do not say is not made up", () => {
  const headers = {
    "x-litellm-model-group": "big",
    "x-litellm-model-api-base": "http://127.0.0.1:8000/v1",
    "x-litellm-attempted-retries": "1",
    "x-litellm-attempted-fallbacks": "0",
    "x-litellm-response-cost": "6e-06",
  };
  expect(answererIn(headers)).toEqual({
    name: "big",
    address: "http://127.0.0.1:8000/v1",
    retries: 1,
    fallbacks: 0,
    dollars: 0.000006,
  });
  const nothing = { name: undefined, address: undefined, retries: undefined, fallbacks: undefined, dollars: undefined };
  expect(answererIn({})).toEqual(nothing);
  expect(answererIn({ "x-litellm-attempted-retries": "None", "x-litellm-model-group": "" })).toEqual(nothing);
});

const METRICS = `# TYPE litellm_deployment_state gauge
litellm_deployment_state{litellm_model_name="hosted_vllm/qwen",model_id="1",api_base="http://a/v1"} 2.0
litellm_deployment_state{litellm_model_name="qwen",api_base="http://b/v1"} 0
litellm_deployment_state{litellm_model_name="openai/gpt",api_base=""} 1.0
`;

test.each([
  ["qwen", "http://a/v1", "out"],
  ["qwen", "http://b/v1", "well"],
  ["qwen", "http://c/v1", undefined],
  ["gpt", undefined, "failed"],
  ["g", undefined, undefined],
])("%s at %s is %s", (model, address, state) => {
  expect(deploymentState(METRICS, model, address)).toBe(state);
});
