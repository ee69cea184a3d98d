/** Packages of the distribution. */
import { aboutNobody, inOrder, type Kinds, none } from "./trait.ts";

export const PACKAGES: Pick<Kinds, "packages"> = {
  packages: {
    place: inOrder,
    // Others may need them by then, and what they brought along.
    undo: none,
    name: ({ packages }) => `packages ${packages.join(", ")}`,
    about: aboutNobody,
    // Without them there is no plan that could be compared.
    drift: none,
    makes: ({ packages }) => ({ packages }),
  },
};
