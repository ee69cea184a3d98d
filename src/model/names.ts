/** Branded strings: a path cannot be passed where a user name is expected. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A path that starts with "/". */
export type AbsolutePath = Branded<"AbsolutePath">;
/** A Linux account name. */
export type UserName = Branded<"UserName">;
/** An IPv4 address in dotted form. */
export type Address = Branded<"Address">;
/** The name of a service in the stack: lower-case letters, digits and hyphens. */
export type ServiceName = Branded<"ServiceName">;
/** What such a name may be: at most 48 characters. */
export const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,46}[a-z0-9])?$/;
/** A systemd unit name with its suffix, for example "vllm-qwen.service". */
export type UnitName = Branded<"UnitName">;
