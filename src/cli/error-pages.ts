/** What there is to read about each kind of error: docs/errors.md, and `install-quadlets help CODE`. */
import { ERROR_KINDS, type ErrorCode } from "../model/error-kinds.ts";

const CODES = Object.keys(ERROR_KINDS) as readonly ErrorCode[];

const HEAD = `# The kinds of errors

Written by \`npm run rules\` from src/model/error-kinds-asked.ts and error-kinds-host.ts; do not edit. An error ends its first line with its kind,
as in \`error: another run is at work: ... [locked]\`; with \`--json\` that is its \`code\`. A code stays what it is. \`install-quadlets help CODE\`
prints what is here. Findings in quadlets have rules instead (docs/rules.md), those in a host checks (docs/doctor.md).
`;

export function errorsDocument(): string {
  const sections = CODES.map((code) => {
    const { title, means, todo } = ERROR_KINDS[code];
    return `## ${code}\n\n${sentence(title)} ${means}\n\nWhat to do: ${todo}\n`;
  });
  return [HEAD, ...sections].join("\n");
}

/** All kinds, a line each. */
export function errorsText(): string {
  const width = Math.max(...CODES.map(({ length }) => length));
  return CODES.map((code) => `${code.padEnd(width)}  ${ERROR_KINDS[code].title}`).join("\n");
}

export function errorText(code: ErrorCode): string {
  const { title, means, todo } = ERROR_KINDS[code];
  return `${code}: ${title}\n\n${means}\n\nWhat to do: ${todo}`;
}

function sentence(title: string): string {
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}.`;
}
