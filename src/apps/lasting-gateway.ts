/** The gateway for whoever stays with it: opened anew after it was away, and shown the master key only while its port is its own. */
import type { Gateway } from "../admin/client.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { openGateway } from "./gateway.ts";
import { hasOwnPort } from "./own-port.ts";

export class LastingGateway {
  readonly #system: System;
  readonly #service: IndexedService;
  #opened: Gateway | undefined;

  constructor(system: System, service: IndexedService) {
    this.#system = system;
    this.#service = service;
  }

  /** The same one as before, until it was away. Throws a UserError where it does not run. */
  async get(): Promise<Gateway> {
    const { keys } = this.#service;
    // While it restarts somebody else may listen there.
    if (keys === undefined || !(await hasOwnPort(this.#system, this.#service, keys.port))) this.forget();
    this.#opened ??= await openGateway(this.#system, this.#service);
    return this.#opened;
  }

  /** Its key may be another one by now. */
  forget(): void {
    this.#opened = undefined;
  }
}
