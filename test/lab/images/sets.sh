# The package sets of the images in images.mjs, for build.sh.
# shellcheck shell=bash disable=SC2154

# Of netty, forky has two parts in packages of their own.
install java '' "$get openjdk-21-jre-headless netcat-openbsd wget; rm -f /usr/lib/jvm/*/lib/server/*_nocoops.jsa
  $unpack unpack libzookeeper-java libcommons-cli-java libcommons-io-java libdropwizard-metrics-java libjackson2-annotations-java \
    libjackson2-core-java libjackson2-databind-java libjetty9-java libnetty-java libslf4j-java libsnappy-java libservlet-api-java \
    \$(apt-cache search --names-only '^libnetty-(buffer|common)-java\$' | cut -d' ' -f1)
  lib=/apache-zookeeper-3.9.5-bin/lib; mkdir -p \$lib; cd /usr/share/java
  cp -L zookeeper.jar zookeeper-jute.jar slf4j-api.jar slf4j-simple.jar commons-cli.jar commons-io.jar metrics-core.jar snappy-java.jar servlet-api.jar \
    jackson-{annotations,core,databind}.jar jetty9-{server,servlet,http,io,util,util-ajax,security}.jar \
    netty-{buffer,codec,common,handler,resolver,transport,transport-native-epoll,transport-native-unix-common}.jar \$lib
  cd /; rm -rf /usr/share/maven-repo /usr/share/java" & pids+=($!)
{
  install node '' "$get nodejs; rm -rf /usr/share/nodejs/corepack"
  install python node "$get python3-minimal libpython3-stdlib"
  install curl node "$get curl"
  install jq 'curl node' "$get jq"
} & pids+=($!)
{
  install busybox '' "$get busybox"
  install mysql '' "$get mariadb-server-core mariadb-client-core; into=/tmp/x; mkdir /tmp/x; $unpack unpack mariadb-client
    cp -a /tmp/x/usr/bin/{mariadb-admin,mariadb-dump,mysqladmin,mysqldump} /usr/bin/; rm -rf /tmp/x"
  install nginx '' "$get nginx curl gettext-base"
  install dnsmasq '' "$get dnsmasq-base"
  install redis '' "$get redis-server redis-tools netcat-openbsd"
} & pids+=($!)
{
  install llama '' "mirror=$mirror; $(<"$here/files/llama/install.sh")"
  # What writes the model is in no image: the file is.
  mkdir -p "$work/sets/model"
  cp "$here/files/llama/model.py" "$work/sets/model/"
  prepare model llama "$get python3-numpy python3-requests python3-tqdm python3-yaml
    PYTHONPATH=/tmp/forky/gguf/usr/lib/python3/dist-packages python3 /model.py /model.gguf lab 32768"
} & pids+=($!)
