/** This program's own things: its copy, and the record of everything. */
import { inConfiguration, onHost } from "../../model/drift.ts";
import { partialOf } from "../../model/places.ts";
import { aboutPath, inOrder, type Kinds, none } from "./trait.ts";

export const OWN: Pick<Kinds, "tool" | "record" | "remove-state"> = {
  tool: {
    place: inOrder,
    // And what was copied of it, where the copy did not come to its end.
    undo: ({ tool: { target } }) => [target, partialOf(target)].map((path) => ({ kind: "remove-tree", path })),
    name: ({ tool }) => tool.target,
    about: ({ tool }) => aboutPath({ path: tool.target }),
    drift: ({ tool }) => [inConfiguration("new", tool.target, "another build of this program")],
    makes: ({ tool }) => ({ tools: [tool.target] }),
  },
  // The run has done it before anything else, so that each way back leads to one that is whole.
  record: {
    place: inOrder,
    undo: none,
    name: ({ path }) => path,
    about: aboutPath,
    drift: ({ path }, { reason }) => [onHost(reason.code === "missing" ? "missing" : "damaged", path, reason.text)],
  },
  // In the order in which they are compared: it comes last.
  "remove-state": { place: inOrder, undo: none, name: ({ path }) => path, about: aboutPath, drift: none },
};
