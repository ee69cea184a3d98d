/** A unit file that is to be checked, as text and parsed. */
import type { UnitFile } from "./unit-file.ts";

export interface UnitSource {
  /** Without its folder: references are by this name. */
  readonly name: string;
  readonly text: string;
}

export interface ParsedSource extends UnitSource {
  readonly unit: UnitFile;
}
