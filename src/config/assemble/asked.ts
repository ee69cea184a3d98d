/** What a service file says about being asked: requests, and the names of the zone. */
import type { AskedStep } from "../../model/asked.ts";
import type { Service } from "../../model/service.ts";
import { type Builder, readOptionalText, readText } from "./fields.ts";

export function buildAsked(builder: Builder): Pick<Service, "asks" | "answersNames"> {
  const { asks, answers_names: names } = builder.draft.written;
  const built = Object.entries(asks).map(([key, { port, within, steps }]) => ({
    wanted: readText(builder, ["asks", key, "wanted"]),
    port,
    within,
    hint: readOptionalText(builder, ["asks", key, "hint"]),
    steps: steps.map(
      ({ method, path, body, find, equals, anyway }): AskedStep => ({
        method,
        path,
        ...(body && { body }),
        ...(find !== undefined && { find }),
        ...(equals !== undefined && { equals }),
        ...(anyway && { anyway }),
      }),
    ),
  }));
  return { ...(built.length > 0 && { asks: built }), ...(names && { answersNames: names.port }) };
}
