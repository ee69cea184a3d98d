/** The form of an error as JSON, for programs that read it: described here, written by cli/error-json.ts. */
import * as z from "zod";
import { ERROR_KINDS, type ErrorCode } from "../../model/error-kinds.ts";
import { version } from "./output.ts";

const error = z.strictObject({
  code: z
    .enum(Object.keys(ERROR_KINDS) as [ErrorCode, ...ErrorCode[]])
    .meta({ description: "Its kind; docs/errors.md has each, as `install-quadlets help CODE` has it" }),
  file: z.string().optional().meta({ description: "Where in the configuration, with line and column from 1" }),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  path: z.string().optional().meta({ description: "The value there, as services.opik.ports.web" }),
  what: z.string().meta({ description: "In words; several faults of a host at once are lines of one" }),
  hint: z.string().optional().meta({ description: "What to do" }),
});

export const errorsSchema = z.strictObject({
  version,
  errors: z.array(error).min(1),
});
