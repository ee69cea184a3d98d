/** Every rule that reaches over one value; all of them run, and all findings are reported together. */
import { homesAreApart, homesAreFree, unitsAreDistinct, usersAreDistinct, usersAreOurs } from "./accounts.ts";
import { consumersExist } from "./consumers.ts";
import {
  afterHasNoCycle,
  afterNamesMembers,
  filesLieInDirectories,
  mountSourcesExist,
  pathsAreDistinct,
  restartsNameContainers,
  severalContainersNeedAPod,
} from "./containers.ts";
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
  routeHostsAreDistinct,
  routesLeadToLoopbackPorts,
} from "./routes.ts";
import {
  copiedSecretsExist,
  secretsAreStrong,
  secretsHaveNoCycle,
  usedSecretsExist,
  variablesAreSetOnce,
} from "./secrets.ts";
import type { Rule } from "./world.ts";

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
  certificateTimesFit,
  listenAddressIsOneOfTheHost,
  afterNamesMembers,
  afterHasNoCycle,
  mountSourcesExist,
  filesLieInDirectories,
  pathsAreDistinct,
  restartsNameContainers,
  severalContainersNeedAPod,
  usedSecretsExist,
  secretsAreStrong,
  copiedSecretsExist,
  secretsHaveNoCycle,
  variablesAreSetOnce,
];
