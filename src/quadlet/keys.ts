/** The keys that quadlet knows, by section. Found by reading the supported-keys maps of podman 4.4 to 6.0 (pkg/systemd/quadlet/quadlet.go). */
import type { KeyTable, QuadletKey } from "./key.ts";
import { containerKeys } from "./keys-container.ts";
import { artifactKeys, buildKeys, imageKeys, kubeKeys } from "./keys-image.ts";
import { networkKeys, podKeys, quadletKeys, volumeKeys } from "./keys-pod.ts";

const sections: Readonly<Record<string, KeyTable>> = {
  Container: containerKeys,
  Pod: podKeys,
  Network: networkKeys,
  Volume: volumeKeys,
  Image: imageKeys,
  Build: buildKeys,
  Kube: kubeKeys,
  Artifact: artifactKeys,
  Quadlet: quadletKeys,
};

/** Sections that quadlet hands to systemd as they are are not in the table: undefined. */
export function keysOfSection(section: string): KeyTable | undefined {
  return Object.hasOwn(sections, section) ? sections[section] : undefined;
}

export function findKey(section: string, name: string): QuadletKey | undefined {
  const table = keysOfSection(section);
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}
