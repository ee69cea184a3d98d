/** What files of a service mean to whoever uses it: subjects with a sentence each, and what of it changes. */

/** By subject, as a person would name it: "model qwen" -> "qwen of local, then small". */
export type Meaning = Readonly<Record<string, string>>;

/** `before` lacks where the subject is new, `after` where it goes. */
export interface Meant {
  readonly subject: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** In the order of what will be; what goes comes last. */
export function changesOfMeaning(before: Meaning, after: Meaning): readonly Meant[] {
  const was = new Map(Object.entries(before));
  const is = new Map(Object.entries(after));
  return [...new Set([...is.keys(), ...was.keys()])]
    .map((subject) => ({ subject, before: was.get(subject), after: is.get(subject) }))
    .filter((meant) => meant.before !== meant.after);
}

/** "model qwen: qwen of local -> qwen of other" */
export function meantText({ subject, before, after }: Meant): string {
  if (before === undefined) return `${subject}: new, ${after}`;
  if (after === undefined) return `${subject}: gone (it was ${before})`;
  return `${subject}: ${before} -> ${after}`;
}
