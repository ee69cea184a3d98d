/** Changes around the data of a service that is about to run other images: counted, copied, put back, counted again. */
import type { DataCount } from "./backup.ts";
import type { AccountFact } from "./facts.ts";
import type { AbsolutePath, ServiceName, UnitName } from "./names.ts";

interface OfData {
  readonly account: AccountFact;
  readonly service: ServiceName;
}

export interface StoppedUnit {
  readonly unit: UnitName;
  readonly timeoutSeconds: number;
}

export type DataChange =
  /** While all of it still runs: its rows are counted, and a copy that there is no room for is refused. */
  | (OfData & {
      readonly kind: "measure-data";
      readonly directories: readonly AbsolutePath[];
      readonly counts: readonly DataCount[];
    })
  /** A copy of each directory beside it, while nothing of the service runs; it goes once the run was well. */
  | (OfData & {
      readonly kind: "snapshot";
      readonly directories: readonly AbsolutePath[];
      /** All that a boot may start on them, before this run or during it. */
      readonly units: readonly StoppedUnit[];
      /** A boot may start other images on them before anything is recorded that says so. */
      readonly early?: true;
    })
  /** What that run copied becomes the data again; nothing where the copy is gone, or never was whole. */
  | (OfData & {
      readonly kind: "restore-snapshot";
      readonly directories: readonly AbsolutePath[];
      readonly run: number;
      /** Absent in records of older programs. */
      readonly units?: readonly StoppedUnit[];
      readonly early?: true;
    })
  /** The data are those of before, or newer ones of the same form: the copy goes, and they stay. */
  | (OfData & {
      readonly kind: "drop-snapshot";
      readonly directories: readonly AbsolutePath[];
      readonly run: number;
    })
  /** Once it runs again: where there were rows and now are none, the run has failed. */
  | (OfData & { readonly kind: "compare-data"; readonly counts: readonly DataCount[] });
