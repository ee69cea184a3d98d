/** How the record names what is a user's: "USER/UNIT", "USER/SECRET", "USER REFERENCE" of an image. Root's units are the host's. */
import type { UnitName, UserName } from "./names.ts";

export function unitKey(user: string, unit: string): string {
  return `${user}/${unit}`;
}

export function ofUnitKey(key: string): { readonly user: UserName; readonly unit: UnitName } {
  const [user, unit] = split(key, "/");
  return { user, unit: unit as UnitName };
}

/** `name` is podman's. */
export function secretKey(secret: { readonly user: string; readonly name: string }): string {
  return `${secret.user}/${secret.name}`;
}

export function ofSecretKey(key: string): { readonly user: UserName; readonly name: string } {
  const [user, name] = split(key, "/");
  return { user, name };
}

export function imageKey(user: string, reference: string): string {
  return `${user} ${reference}`;
}

export function ofImageKey(key: string): { readonly user: UserName; readonly reference: string } {
  const [user, reference] = split(key, " ");
  return { user, reference };
}

function split(key: string, mark: string): readonly [UserName, string] {
  const at = key.indexOf(mark);
  return [key.slice(0, at) as UserName, key.slice(at + 1)];
}
