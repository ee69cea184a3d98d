/** Whether what is printed may be coloured, or drawn over: the only place that decides it. */

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  readonly isTerminal: boolean;
}

/** A flag wins over the environment, a no over a yes (no-color.org, bixense.com/clicolors). */
export function wantsColour({ env, argv, isTerminal }: Surroundings): boolean {
  const ours = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  if (ours.includes("--no-color") || isSet(env["NO_COLOR"])) return false;
  if (isSet(env["CLICOLOR_FORCE"]) && env["CLICOLOR_FORCE"] !== "0") return true;
  return canDraw({ env, isTerminal });
}

/** A terminal without a cursor that could be moved gets lines, as a pipe does. */
export function canDraw({ env, isTerminal }: Omit<Surroundings, "argv">): boolean {
  return isTerminal && env["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
