/** The data of services, for whoever is about to run other images on them. */
import { hasData } from "../model/backup.ts";
import type { DesiredData } from "../model/resource.ts";
import type { Service } from "../model/service.ts";
import { indexedBackup } from "./indexed-backup.ts";

export function desiredData(services: readonly Service[]): readonly DesiredData[] {
  return services.flatMap((service): DesiredData[] => {
    const { backup } = service;
    if (!hasData(backup)) return [];
    const { parts, counts } = indexedBackup(service, backup);
    return [
      {
        service: service.name,
        user: service.account.user,
        directories: parts.map(({ directory }) => directory),
        counts: counts.map(({ name, container, command }) => ({ name, container, command })),
      },
    ];
  });
}
