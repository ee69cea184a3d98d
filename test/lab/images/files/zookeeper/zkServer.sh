#!/bin/bash
# Starts Debian's ZooKeeper in the foreground, with the jars Debian spreads over /usr/share/java.
set -eu
[[ ${1:-} == start-foreground ]] || { echo "zkServer.sh: only start-foreground in this image" >&2; exit 2; }
classpath=$ZOO_CONF_DIR
for jar in /usr/share/java/*.jar; do classpath+=:$jar; done
# JVMFLAGS holds several words, as with the real script.
# shellcheck disable=SC2086
exec java -Dzookeeper.log.dir="$ZOO_LOG_DIR" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dzookeeper.sasl.client=false ${JVMFLAGS:-} ${SERVER_JVMFLAGS:-} \
  -cp "$classpath" org.apache.zookeeper.server.quorum.QuorumPeerMain "$ZOO_CONF_DIR/zoo.cfg"
