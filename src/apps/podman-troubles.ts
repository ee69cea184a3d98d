/** What podman, crun and the kernel say when a container does not start, whatever runs in it, and what mends it. */
import type { LogTrouble } from "../model/log-pattern.ts";

/** In the hints NAME is the unit and USER its account. Words: podman 5.x, libpod/define/errors.go, containers/storage. */
export const PODMAN_TROUBLES: readonly LogTrouble[] = [
  {
    lines: "image not known|no such image|unable to find a name and tag match",
    says: "its image is gone",
    hint: "sudo svc pull NAME && sudo svc restart NAME",
  },
  {
    lines: "unresolvable CDI devices (?<device>\\S+)",
    says: "no CDI file describes $<device>: the GPU or its list is gone",
    hint: "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml; sudo svc restart NAME",
  },
  {
    lines:
      'stat (CDI host device )?"?/dev/[^\\s":]+"?: no such file or directory|error gathering device information.*?/dev/\\S',
    says: "a device that the CDI file lists is not there: the file is stale, or the GPU is gone",
    hint: "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml; sudo svc restart NAME",
  },
  {
    lines: "no space left on device|No space left on device|[Dd]isk quota exceeded",
    says: "there is no room left on a file system that it writes to",
    hint: "df -h HOME /run/user/UID; sudo du -xh -d2 HOME | sort -h | tail",
  },
  {
    lines: 'no secret with name or id "?(?<secret>[^":]+)|no such secret',
    says: "a secret is gone from podman's store",
    hint: "sudo install-quadlets",
  },
  {
    lines: "[Aa]ddress already in use",
    says: "a port that it wants is taken",
    hint: "sudo ss -Hltnup; sudo svc restart NAME",
  },
  {
    lines: "cannot set up namespace|newuidmap.*(failed|not allowed)|not enough (IDs|unused IDs)|no subuid ranges found",
    says: "its subordinate ids are gone",
    hint: "sudo install-quadlets",
  },
  {
    lines: "invalid internal status.*podman system migrate|cannot re-exec process",
    says: "podman remembers processes that are gone",
    hint: "sudo install-quadlets",
  },
  {
    lines:
      "database disk image is malformed|unexpected end of JSON input|layer not known|error.*(images|layers)\\.json",
    says: "podman's store of USER is damaged",
    hint: "sudo install-quadlets",
  },
  {
    lines: "statfs (?<path>/\\S+): no such file or directory",
    says: "$<path>, which it has mounted, is not there: its file system may not be mounted",
    hint: "findmnt --verify && sudo mount --all && sudo install-quadlets",
  },
];
