/** The desired state of a host from which everything is removed; others start from it. */
import type { Address } from "../model/names.ts";
import type { DesiredState } from "../model/resource.ts";

export const NOTHING: DesiredState = {
  address: "" as Address,
  accounts: [],
  directories: [],
  files: [],
  secrets: [],
  certificate: undefined,
  images: [],
  units: [],
  systemUnits: [],
  tool: undefined,
  warnings: [],
};
