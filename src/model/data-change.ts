/** Changes around the data of a service that is about to run other images: counted, copied, put back, counted again. */
import type { DataCount } from "./backup.ts";
import type { AccountFact } from "./facts.ts";
import type { AbsolutePath, ServiceName } from "./names.ts";

interface OfData {
  readonly account: AccountFact;
  readonly service: ServiceName;
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
      /** What comes next may start other images before any unit file is written. */
      readonly early?: true;
    })
  /** What that run copied becomes the data again; nothing where the copy is gone, or never was whole. */
  | (OfData & {
      readonly kind: "restore-snapshot";
      readonly directories: readonly AbsolutePath[];
      readonly run: number;
    })
  /** Once it runs again: where there were rows and now are none, the run has failed. */
  | (OfData & { readonly kind: "compare-data"; readonly counts: readonly DataCount[] });
