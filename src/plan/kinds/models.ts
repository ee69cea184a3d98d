/** Models in stores of services. */
import { onHost } from "../../model/drift.ts";
import { aboutAccount, type Kinds, none } from "./trait.ts";

/** Behind every turn of those that share a graphics card, whose store is up by then. */
const WAVE = 900_000;
/** The turn of whoever leads requests to what is pulled. */
export const BEHIND_MODELS = WAVE + 1;

export const MODELS: Pick<Kinds, "model"> = {
  model: {
    // One after another: they share the line to the outside.
    place: ({ store }) => ({ wave: WAVE, lane: store.service }),
    // It was fetched, and it may be in use by then: it stays, and is removed by whoever asks for that.
    undo: none,
    name: ({ model, store }) => `model ${model} of ${store.service}`,
    about: aboutAccount,
    drift: ({ model, store }, { reason }) => {
      // That its store is down is said by its unit.
      if (reason.code === "down") return [];
      return [
        onHost(reason.code === "failed" ? "unknown" : "missing", `model ${model} of ${store.service}`, reason.text),
      ];
    },
  },
};
