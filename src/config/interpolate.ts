/** `${...}` in scalars of the catalogue. What a reference gives is inserted as it is, never read again. */
import type { SettingValue } from "../model/service.ts";
import { suggest } from "../model/suggest.ts";

export interface Problem {
  readonly problem: string;
  readonly hint?: string;
  /** Already reported elsewhere: not worth a second finding. */
  readonly silent?: boolean;
}
export type Found = { readonly value: SettingValue } | Problem;
/** What a dotted reference stands for here. */
export type Lookup = (reference: readonly string[]) => Found;

export type TextPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly reference: string };

/** "$${" is a literal "${". Undefined where a "${" is never closed. */
export function parseTemplate(template: string): readonly TextPart[] | undefined {
  const parts: TextPart[] = [];
  let end = 0;
  let text = "";
  for (const match of template.matchAll(/\$\$\{|\$\{([^{}]*)\}|\$\{/g)) {
    text += template.slice(end, match.index);
    end = match.index + match[0].length;
    const reference = match[1];
    if (match[0] === "$${") text += "${";
    else if (reference === undefined) return undefined;
    else {
      if (text !== "") parts.push({ kind: "text", text });
      parts.push({ kind: "reference", reference });
      text = "";
    }
  }
  text += template.slice(end);
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}

/** A text that is exactly one reference keeps the type of what it names. */
export function interpolate(template: string, scope: Lookup, onProblem: (problem: Problem) => void): SettingValue {
  const parts = parseTemplate(template);
  if (parts === undefined) {
    onProblem({ problem: 'a "${" is never closed', hint: 'write "$${" for the two characters themselves' });
    return "";
  }
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "reference") return resolve(only.reference, scope, onProblem);
  return parts.map((part) => (part.kind === "text" ? part.text : inText(part.reference))).join("");

  function inText(reference: string): string {
    const value = resolve(reference, scope, onProblem);
    if (typeof value !== "object") return String(value);
    onProblem({ problem: `\${${reference}} is a list and cannot be part of a text`, hint: "use { each, args }" });
    return "";
  }
}

function resolve(reference: string, scope: Lookup, onProblem: (problem: Problem) => void): SettingValue {
  const found = scope(reference.split("."));
  if ("value" in found) return found.value;
  onProblem(found);
  return "";
}

/** Looks a name up among those that exist; the finding names them. */
export function findIn(
  values: Readonly<Record<string, SettingValue>>,
  reference: readonly string[],
  what: string,
): Found {
  const name = reference.at(-1) ?? "";
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return { value };
  return unknownReference(reference, suggest(name, Object.keys(values), what));
}

export function unknownReference(reference: readonly string[], hint: string): Problem {
  return { problem: `\${${reference.join(".")}} names nothing`, hint };
}
