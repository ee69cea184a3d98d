/** One answer that comes in pieces, measured: whatever goes wrong with it is the sample's error. */
import { UserError } from "../model/diagnostic.ts";
import type { HttpQuestion } from "../model/http.ts";
import { reasonIn } from "../model/refusal-text.ts";
import { visible } from "../model/visible.ts";
import type { HttpStreams } from "../system/interfaces.ts";
import { Reading, type Sample } from "./bench-stats.ts";

export interface TimedSample extends Sample {
  /** From the question to the end; 0 where there was none. */
  readonly milliseconds: number;
}

export async function streamSample(streams: HttpStreams, question: HttpQuestion): Promise<TimedSample> {
  const reading = new Reading();
  const failed = (error: string): TimedSample => ({
    error: visible(error).slice(0, 200),
    firstToken: undefined,
    gaps: [],
    tokens: 0,
    milliseconds: 0,
  });
  try {
    const end = await streams.stream(question, (data, at) => reading.take(data, at));
    if (end === undefined) return failed("nobody answers");
    if (end.status !== 200) return failed(`it answers ${end.status}: ${reasonIn(end.body)}`);
    const sample = reading.end();
    return sample.error === undefined ? { ...sample, milliseconds: end.milliseconds } : failed(sample.error);
  } catch (error) {
    if (error instanceof UserError) return failed(error.message);
    throw error;
  }
}
