/** Every rule that reaches over one value; all of them run, and all findings are reported together. */
import { homesAreApart, homesAreFree, unitsAreDistinct, usersAreDistinct, usersAreOurs } from "./accounts.ts";
import { dataAreCovered, partsAreApart } from "./backup.ts";
import { consumersExist, neighboursExist } from "./consumers.ts";
import {
  afterHasNoCycle,
  filesLieInDirectories,
  mountSourcesExist,
  pathsAreDistinct,
  reloadsAreSeen,
  severalContainersNeedAPod,
  waitsCanEnd,
} from "./containers.ts";
import { accountsAllowWhatContainersAsk } from "./limits.ts";
import { hostMetricsHaveTheirPlace, metricsAreReachable } from "./metrics.ts";
import {
  callersAreConsumers,
  consumersAreOnLoopback,
  consumersHaveThePortFree,
  hostPortsAreDistinct,
  listenedPortsAreDistinct,
  publishedPortsAreListenedOn,
} from "./ports.ts";
import {
  quadletImagesAreWhole,
  quadletMountsExist,
  quadletPortsAreDeclared,
  quadletSecretsExist,
  quadletSharesHaveCards,
  quadletsAreKnowable,
  quadletsHoldNoLocks,
} from "./quadlets.ts";
import { proxiesLeadRoundWhatIsReplaced, twinPortsStandBesideTheFirst, twinsCanServe } from "./replace.ts";
import {
  certificateTimesFit,
  listenAddressIsOneOfTheHost,
  oneServiceEndsTls,
  ownCertificateIsComplete,
  portalIsServed,
  routeHostsAreDistinct,
  routesLeadToLoopbackPorts,
  tailscaleNamesARoute,
  tlsFilesHaveTheirPlace,
} from "./routes.ts";
import { copiedSecretsExist, secretsAreStrong, secretsHaveNoCycle, variablesAreSetOnce } from "./secrets.ts";
import { groupsHaveOneDefault, idleServicesComeBack, sharesFit, swappedServicesSleep } from "./sharing.ts";
import { tracesAreSentAsTheyAreTaken, tracesGoToWhoTakesThem } from "./traces.ts";
import type { Rule } from "./world.ts";
import { operatorsArePeople, readersArePeople, zoneIsFree } from "./zone.ts";

export const RULES: readonly Rule[] = [
  usersAreDistinct,
  usersAreOurs,
  homesAreApart,
  homesAreFree,
  unitsAreDistinct,
  hostPortsAreDistinct,
  listenedPortsAreDistinct,
  publishedPortsAreListenedOn,
  twinPortsStandBesideTheFirst,
  twinsCanServe,
  proxiesLeadRoundWhatIsReplaced,
  consumersExist,
  neighboursExist,
  consumersAreOnLoopback,
  consumersHaveThePortFree,
  callersAreConsumers,
  metricsAreReachable,
  hostMetricsHaveTheirPlace,
  tracesGoToWhoTakesThem,
  tracesAreSentAsTheyAreTaken,
  routeHostsAreDistinct,
  routesLeadToLoopbackPorts,
  oneServiceEndsTls,
  tlsFilesHaveTheirPlace,
  certificateTimesFit,
  ownCertificateIsComplete,
  portalIsServed,
  tailscaleNamesARoute,
  listenAddressIsOneOfTheHost,
  zoneIsFree,
  operatorsArePeople,
  readersArePeople,
  waitsCanEnd,
  afterHasNoCycle,
  mountSourcesExist,
  filesLieInDirectories,
  pathsAreDistinct,
  reloadsAreSeen,
  severalContainersNeedAPod,
  accountsAllowWhatContainersAsk,
  secretsAreStrong,
  copiedSecretsExist,
  secretsHaveNoCycle,
  variablesAreSetOnce,
  dataAreCovered,
  partsAreApart,
  sharesFit,
  groupsHaveOneDefault,
  swappedServicesSleep,
  idleServicesComeBack,
  quadletsAreKnowable,
  quadletPortsAreDeclared,
  quadletImagesAreWhole,
  quadletSecretsExist,
  quadletSharesHaveCards,
  quadletMountsExist,
  quadletsHoldNoLocks,
];
