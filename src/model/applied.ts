/** What runs made and started on this host, as applied.json keeps it, and whom it is about. */
import type { UnitName } from "./names.ts";
import { ofImageKey, ofSecretKey, ofUnitKey } from "./record-keys.ts";

export interface Applied {
  readonly version: number;
  /** Which program wrote it: "0.1.0". */
  readonly tool: string;
  /** Fingerprint of what each unit was last started with, by "user/unit". */
  readonly units: Readonly<Record<string, string>>;
  /** Everything we made, so that nothing else is ever removed. */
  readonly files: readonly string[];
  readonly directories: readonly string[];
  readonly accounts: readonly string[];
  /** Directories of data that had something in them at the end of a run. */
  readonly filled: readonly string[];
  /** "USER/NAME". */
  readonly secrets: readonly string[];
  /** Podman's ids of them at the end of a run, by "USER/NAME": nothing is said of one that was given another value since by us. */
  readonly secretIds: Readonly<Record<string, string>>;
  /** Those that a run was to make anew and did not come to, by "USER/NAME"; the value says whether to rotate them. */
  readonly secretsDue: Readonly<Record<string, "make" | "rotate">>;
  /** "USER REFERENCE". */
  readonly images: readonly string[];
  /** The id that stood behind the name, by "USER REFERENCE"; also of images that were there before us. */
  readonly imageIds: Readonly<Record<string, string>>;
  /** Users that linger because of us. */
  readonly lingering: readonly string[];
  /** Lines of /etc/subuid and /etc/subgid: "USER:START:COUNT". */
  readonly subuids: readonly string[];
  readonly subgids: readonly string[];
  readonly systemUnits: readonly string[];
  /** Directories with a build of this program each. */
  readonly tools: readonly string[];
  /** Of the distribution: nobody takes them back. */
  readonly packages: readonly string[];
}

/** What is wrong with a record whose copy counts in its place. */
export type RecordFault = "is damaged" | "is not there";

/** What a run is about to make. */
export type AppliedThings = Omit<
  Applied,
  "version" | "tool" | "units" | "imageIds" | "secretsDue" | "secretIds" | "filled"
>;

/** What a plan is about to make, written down before anything of it is made. */
export interface Intention extends AppliedThings {
  /** "USER/UNIT" of each unit that will be started. */
  readonly units: readonly string[];
  /** Of the images that are there already and stay. */
  readonly imageIds: Applied["imageIds"];
  readonly secretsDue: Applied["secretsDue"];
}

/** Which entries stay in the record once the plan has run: keys, of whatever is kept by key. */
export interface Lasting extends AppliedThings {
  readonly units: readonly string[];
  readonly imageIds: readonly string[];
  readonly filled: readonly string[];
  readonly secretsDue: readonly string[];
}

/** A unit that runs with something else than what is wanted, from some step on. */
export interface Outdated {
  /** "USER/UNIT". */
  readonly key: string;
  /** What it takes to make it current again. */
  readonly by: "restart" | "reload";
}

/** For each list what `of` makes of the two. */
export function joinThings(
  a: AppliedThings,
  b: AppliedThings,
  of: (one: readonly string[], other: readonly string[]) => readonly string[],
): AppliedThings {
  return {
    files: of(a.files, b.files),
    directories: of(a.directories, b.directories),
    accounts: of(a.accounts, b.accounts),
    secrets: of(a.secrets, b.secrets),
    images: of(a.images, b.images),
    lingering: of(a.lingering, b.lingering),
    subuids: of(a.subuids, b.subuids),
    subgids: of(a.subgids, b.subgids),
    systemUnits: of(a.systemUnits, b.systemUnits),
    tools: of(a.tools, b.tools),
    packages: of(a.packages, b.packages),
  };
}

/** Of a plan that makes nothing that is recorded. */
export function nothingIntended(): Intention {
  const none: readonly string[] = [];
  return {
    imageIds: {},
    secretsDue: {},
    units: none,
    files: none,
    directories: none,
    accounts: none,
    secrets: none,
    images: none,
    lingering: none,
    subuids: none,
    subgids: none,
    systemUnits: none,
    tools: none,
    packages: none,
  };
}

/** Of both, in order, each once. */
export function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}

/** Accounts that something of ours belongs to, or did. */
export function usersIn({ accounts, lingering, units, secrets, images }: Applied): ReadonlySet<string> {
  const users = new Set<string>([
    ...accounts,
    ...lingering,
    ...Object.keys(units).map((key) => ofUnitKey(key).user),
    ...secrets.map((key) => ofSecretKey(key).user),
    ...images.map((key) => ofImageKey(key).user),
  ]);
  users.delete("root");
  return users;
}

/** Units of one user that were started; root's are the host's, and the user managers. */
export function unitsIn({ units }: Pick<Applied, "units">, user: string): readonly UnitName[] {
  return Object.keys(units)
    .map(ofUnitKey)
    .flatMap((one) => (one.user === user ? [one.unit] : []));
}

/** References of the images that were pulled for one user. */
export function imagesIn({ images }: Pick<Applied, "images">, user: string): readonly string[] {
  return images.map(ofImageKey).flatMap((one) => (one.user === user ? [one.reference] : []));
}
