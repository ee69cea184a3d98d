/** Collects findings, so that a person sees all of them at once. */
import type { Diagnostic, Written } from "../model/diagnostic.ts";
import { keyPlaceAt, type Node, type Path, type Place, placeAt } from "./node.ts";

/** A place together with what is written there. */
export interface Spot {
  readonly place: Place;
  /** Dotted path inside the file. */
  readonly path: string;
}

export type Report = (at: Spot, message: string, hint?: string) => void;

export function collectFindings(into: Diagnostic[]): Report {
  const known = new Set<string>();
  return ({ place, path }, message, hint) => {
    const finding = { ...place, path, message, ...(hint === undefined ? {} : { hint }) };
    // Two instances of one catalogue file would report its mistakes twice.
    const key = JSON.stringify(finding);
    if (!known.has(key)) into.push(finding);
    known.add(key);
  };
}

export function spotAt(root: Node, path: Path): Spot {
  return { place: placeAt(root, path), path: path.join(".") };
}

/** For what is judged once the host is known. */
export function writtenAt(root: Node, path: Path): Written {
  const spot = spotAt(root, path);
  return { ...spot.place, path: spot.path };
}

export function keySpotAt(root: Node, path: Path): Spot {
  return { place: keyPlaceAt(root, path), path: path.join(".") };
}

/** A value as a person would call it, for "wanted ..., found ...". */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  const text = String(value);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
