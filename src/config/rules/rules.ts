/** Every rule that reaches over one value; all of them run, and all findings are reported together. */
import { homesAreApart, homesAreFree, unitsAreDistinct, usersAreDistinct, usersAreOurs } from "./accounts.ts";
import { consumersExist } from "./consumers.ts";
import {
  afterHasNoCycle,
  afterNamesMembers,
  filesLieInDirectories,
  mountSourcesExist,
  pathsAreDistinct,
  reloadsAreSeen,
  restartsNameContainers,
  severalContainersNeedAPod,
} from "./containers.ts";
import { accountsAllowWhatContainersAsk } from "./limits.ts";
import {
  callersAreConsumers,
  consumersAreOnLoopback,
  consumersHaveThePortFree,
  hostPortsAreDistinct,
  listenedPortsAreDistinct,
  publishedPortsAreListenedOn,
} from "./ports.ts";
import {
  certificateTimesFit,
  listenAddressIsOneOfTheHost,
  oneServiceEndsTls,
  ownCertificateIsComplete,
  routeHostsAreDistinct,
  routesLeadToLoopbackPorts,
  tailscaleNamesARoute,
  tlsFilesHaveTheirPlace,
} from "./routes.ts";
import {
  copiedSecretsExist,
  rotatingContainersExist,
  secretsAreStrong,
  secretsHaveNoCycle,
  usedSecretsExist,
  variablesAreSetOnce,
} from "./secrets.ts";
import type { Rule } from "./world.ts";
import { operatorsArePeople, zoneIsFree } from "./zone.ts";

export const RULES: readonly Rule[] = [
  usersAreDistinct,
  usersAreOurs,
  homesAreApart,
  homesAreFree,
  unitsAreDistinct,
  hostPortsAreDistinct,
  listenedPortsAreDistinct,
  publishedPortsAreListenedOn,
  consumersExist,
  consumersAreOnLoopback,
  consumersHaveThePortFree,
  callersAreConsumers,
  routeHostsAreDistinct,
  routesLeadToLoopbackPorts,
  oneServiceEndsTls,
  tlsFilesHaveTheirPlace,
  certificateTimesFit,
  ownCertificateIsComplete,
  tailscaleNamesARoute,
  listenAddressIsOneOfTheHost,
  zoneIsFree,
  operatorsArePeople,
  afterNamesMembers,
  afterHasNoCycle,
  mountSourcesExist,
  filesLieInDirectories,
  pathsAreDistinct,
  reloadsAreSeen,
  restartsNameContainers,
  severalContainersNeedAPod,
  accountsAllowWhatContainersAsk,
  usedSecretsExist,
  secretsAreStrong,
  copiedSecretsExist,
  rotatingContainersExist,
  secretsHaveNoCycle,
  variablesAreSetOnce,
];
