/** Follows the gateway's log of requests for as long as somebody looks on: over restarts of the gateway, with the names of keys. */
import { ask, type Gateway, listKeys } from "../admin/client.ts";
import type { LoggedRequest } from "../gateway/litellm-requests.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import { MODELS_PATH, servedModels } from "../model/served-models.ts";
import { suggestOne } from "../model/suggest.ts";
import { visible } from "../model/visible.ts";
import { findKey } from "./find-key.ts";
import { Following } from "./follow-requests.ts";
import { keyNames } from "./read-requests.ts";

/** The same one as before, until it was away. */
export interface Door {
  get(): Promise<Gateway>;
  forget(): void;
}

export interface TailLook {
  readonly rows: readonly { readonly row: LoggedRequest; readonly key: string }[];
  /** What whoever looks on should know, once. */
  readonly notes: readonly string[];
}

export class TailedRequests {
  readonly #door: Door;
  readonly #only: Only;
  readonly #following: Following;
  #known: Gateway;
  #keyOf: (row: LoggedRequest) => string;
  #looks = 0;
  #trouble: string | undefined;

  private constructor(door: Door, known: Gateway, keyOf: (row: LoggedRequest) => string, only: Only) {
    this.#door = door;
    this.#known = known;
    this.#keyOf = keyOf;
    this.#only = only;
    this.#following = new Following(only.token);
  }

  /**
   * Throws a UserError for a key or a model that the gateway does not have: nothing of it would ever be seen. `standsFor`: what
   * an alias leads to, which is what the log calls it.
   */
  static async open(
    door: Door,
    { key, model }: { readonly key?: string; readonly model?: string },
    standsFor: (model: string) => string | undefined = () => undefined,
  ) {
    const known = await door.get();
    const token = key === undefined ? undefined : findKey(await listKeys(known), key).token;
    if (model !== undefined) refuseUnknown(model, servedModels(await ask(known, { method: "GET", path: MODELS_PATH })));
    return new TailedRequests(door, known, await keyNames(known), {
      token,
      asked: model,
      model: model && (standsFor(model) ?? model),
    });
  }

  /** Throws a UserError at the first look only: later on the gateway may just be away. */
  async look(now: number): Promise<TailLook> {
    const isFirst = this.#looks === 0;
    try {
      const gateway = await this.#door.get();
      if (gateway !== this.#known) this.#keyOf = await keyNames(gateway);
      this.#known = gateway;
      const { rows, isCut } = await this.#following.look(gateway, now);
      this.#trouble = undefined;
      this.#looks += 1;
      const { asked, model: wanted } = this.#only;
      const own = rows.filter(({ model }) => wanted === undefined || model === wanted);
      const notes = [
        ...(isFirst && wanted !== asked ? [`${asked} stands for ${wanted}: these are all requests for ${wanted}`] : []),
        ...(isCut
          ? ["more requests than are read at once: some are left out; gateway-manage analyze counts them all"]
          : []),
        ...(isFirst && own.length === 0 ? ["no such request has ended within the last hour; waiting for one"] : []),
      ];
      return { rows: own.map((row) => ({ row, key: this.#keyOf(row) })), notes };
    } catch (error) {
      if (!(error instanceof UserError) || isFirst) throw error;
      this.#door.forget();
      const notes = this.#trouble === error.message ? [] : [`${error.message}; looking again`];
      this.#trouble = error.message;
      return { rows: [], notes };
    }
  }
}

interface Only {
  readonly token: string | undefined;
  readonly asked: string | undefined;
  /** As the log calls it. */
  readonly model: string | undefined;
}

function refuseUnknown(model: string, names: readonly string[] | undefined): void {
  if (names === undefined || names.includes(model)) return;
  throw userError("unknown-name", `the gateway has no model ${visible(model)}`, suggestOne(model, names));
}
