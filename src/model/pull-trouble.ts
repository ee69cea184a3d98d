/** What podman says when an image cannot be fetched, in a sentence with what to do. */

export interface PullTrouble {
  readonly says: string;
  /** Undefined where somebody has to look first which file system is full. */
  readonly hint: string | undefined;
}

/** Words of containers/image and of registries by the distribution's specification; undefined for others. `user` is the account. */
export function pullTrouble(text: string, reference: string, user: string): PullTrouble | undefined {
  const registry = reference.split("/")[0] ?? "";
  if (/no space left on device|disk quota exceeded/i.test(text))
    return { says: `there is no room for ${reference}`, hint: undefined };
  if (/toomanyrequests|rate limit/i.test(text))
    return {
      says: `${registry} lets this address fetch no more for now`,
      hint: `wait for an hour, or log in: sudo -u ${user} -H podman login ${registry}`,
    };
  if (/manifest unknown|name unknown|repository name not known|not found: manifest/i.test(text))
    return {
      says: `${registry} has no image ${reference}`,
      hint: "another version (or image) among the settings of the service, in /etc/install-quadlets/stack.yaml",
    };
  if (/unauthorized|authentication required|access to the resource is denied|requested access.*denied/i.test(text))
    return {
      says: `${registry} gives ${reference} to nobody without a login, or has no such image`,
      hint: `sudo -u ${user} -H podman login ${registry}`,
    };
  if (
    /no such host|i\/o timeout|connection refused|network is unreachable|handshake timeout|Temporary failure in name/i.test(
      text,
    )
  )
    return { says: `${registry} cannot be reached`, hint: `curl -fsSI https://${registry}/v2/` };
  return undefined;
}
