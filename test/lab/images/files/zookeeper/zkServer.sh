#!/bin/bash
# Starts Debian's ZooKeeper in the foreground, with the jars of Debian's packages.
set -eu
[[ ${1:-} == start-foreground ]] || { echo "zkServer.sh: only start-foreground in this image" >&2; exit 2; }
# JVMFLAGS holds several words, as with the real script.
# shellcheck disable=SC2086
exec java -Dzookeeper.log.dir="$ZOO_LOG_DIR" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dzookeeper.sasl.client=false ${JVMFLAGS:-} ${SERVER_JVMFLAGS:-} \
  -cp "$ZOO_CONF_DIR:/apache-zookeeper-3.9.5-bin/lib/*" org.apache.zookeeper.server.quorum.QuorumPeerMain "$ZOO_CONF_DIR/zoo.cfg"
