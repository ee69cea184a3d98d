/** What the forms of printed JSON have in common. */
import * as z from "zod";

export const version = z
  .literal(1)
  .meta({ description: "Raised when the meaning of a field changes, not when one is added" });
