/** At which steps a run is let fail, one after another: every third in each run of the tests, all of them with EVERY_STEP=1, as in a soak. */
import { expect } from "vitest";

const STRIDE = process.env["EVERY_STEP"] === "1" ? 1 : 3;

/** Without an end: whoever asks stops where the run came through. Tests begin at different ones, each always at the same. */
export function* everyStep(): Generator<number> {
  const name = expect.getState().currentTestName ?? "";
  const sum = [...name].reduce((total, character) => total + character.charCodeAt(0), 0);
  for (let step = 1 + (sum % STRIDE); ; step += STRIDE) yield step;
}
