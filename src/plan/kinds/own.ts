/** This program's own things: its copy, and the record of everything. */
import { inConfiguration } from "../../model/drift.ts";
import { partialOf } from "../../model/places.ts";
import { aboutPath, inOrder, type Kinds, none } from "./trait.ts";

export const OWN: Pick<Kinds, "tool" | "remove-state"> = {
  tool: {
    place: inOrder,
    // And what was copied of it, where the copy did not come to its end.
    undo: ({ tool: { target } }) => [target, partialOf(target)].map((path) => ({ kind: "remove-tree", path })),
    name: ({ tool }) => tool.target,
    about: ({ tool }) => aboutPath({ path: tool.target }),
    drift: ({ tool }) => [inConfiguration("new", tool.target, "another build of this program")],
    makes: ({ tool }) => ({ tools: [tool.target] }),
  },
  // In the order in which they are compared: it comes last.
  "remove-state": { place: inOrder, undo: none, name: ({ path }) => path, about: aboutPath, drift: none },
};
