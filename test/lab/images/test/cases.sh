# The cases that verify.sh runs as an unprivileged user of the lab.
# shellcheck shell=bash disable=SC2034,SC2054,SC2015,SC2016 # arrays are used by name; commas belong to podman; ok cannot fail
set -uo pipefail
failed=0
ok() { printf 'ok    %s\n' "$*"; }
bad() { printf 'FAIL  %s\n' "$*"; failed=1; }

opik=ghcr.io/comet-ml/opik
declare -A image=(
  [mysql]=docker.io/library/mysql:8.4.11 [redis]=docker.io/library/redis:7.2.16-alpine [zookeeper]=docker.io/library/zookeeper:3.9.5
  [clickhouse]=docker.io/clickhouse/clickhouse-server:26.3.20.7-alpine [minio]=docker.io/cloudpirates/image-minio:RELEASE.2025-10-15T17-29-55Z-hardened
  [mc]=quay.io/minio/mc:RELEASE.2025-03-12T17-29-24Z [backend]=$opik/opik-backend:2.2.134 [python]=$opik/opik-python-backend:2.2.134 [frontend]=$opik/opik-frontend:2.2.134
  [vllm]=docker.io/vllm/vllm-openai:v0.30.0 [webui]=ghcr.io/open-webui/open-webui:v0.11.4 [nginx]=docker.io/nginxinc/nginx-unprivileged:1.30.4-alpine
  [dnsmasq]=docker.io/4km3/dnsmasq:2.90-r3 [echo]=docker.io/lab/echo:1 [unhealthy]=docker.io/lab/unhealthy:1
)
for name in "${!image[@]}"; do podman pull -q "${image[$name]}" >/dev/null || bad "pull ${image[$name]}"; done
ok "pulled ${#image[@]} images"

rm -rf cfg; mkdir -p cfg
podman pod rm -f -t 2 opik >/dev/null 2>&1; podman rm -f -t 2 -a >/dev/null 2>&1; podman unshare rm -rf data; mkdir -p data/{mysql,redis,zk,zklog,ch,chlog,minio,webui,hf,vllm}
cat >cfg/config.xml <<'XML'
<clickhouse>
  <tcp_port>9100</tcp_port><mysql_port remove="1"/><postgresql_port remove="1"/>
  <custom_settings_prefixes>SQL_</custom_settings_prefixes>
  <macros><shard>1</shard><replica>clickhouse</replica><cluster>cluster</cluster></macros>
  <zookeeper><node><host>127.0.0.1</host><port>2181</port></node></zookeeper>
  <distributed_ddl><path>/clickhouse/task_queue/ddl</path></distributed_ddl>
  <remote_servers><cluster><shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host><port>9100</port></replica></shard></cluster></remote_servers>
</clickhouse>
XML
sed 's/<port>9100</<port>9000</' cfg/config.xml >cfg/wrong-port.xml
sed 's/<tcp_port>9100</<tcp_port>9000</; s/<port>9100</<port>9000</' cfg/config.xml >cfg/clash.xml
echo '<clickhouse><profiles><default><enable_time_time64_type>1</enable_time_time64_type></default></profiles></clickhouse>' >cfg/users.xml
# shellcheck disable=SC2016 # nginx variables
echo 'server { listen ${NGINX_PORT}; root /usr/share/nginx/html; location = /health { return 200 "healthy"; }
  location /api/ { proxy_pass http://127.0.0.1:8080/; proxy_set_header Host $host; } location / { try_files $uri /index.html; } }' >cfg/default.conf.template

# Least privilege for all, and the capabilities of an entrypoint that starts as root, owns its data and changes user.
least=(--log-driver k8s-file --cap-drop all --security-opt no-new-privileges --read-only --pids-limit 0)
owner=(--cap-add CHOWN,DAC_OVERRIDE,FOWNER,SETUID,SETGID)
# shellcheck disable=SC1003 # a password with a quote and a backslash
mysqlpw="p'w\\x" chpw='c<h' minioport=9000
mysql=("${owner[@]}" -v ./data/mysql:/var/lib/mysql -e MYSQL_ROOT_PASSWORD=rootpw -e MYSQL_DATABASE=opik -e MYSQL_USER=opik -e "MYSQL_PASSWORD=$mysqlpw")
redis=("${owner[@]}" -v ./data/redis:/data)
zookeeper=("${owner[@]}" --tmpfs /conf:mode=1777 --tmpfs /logs:mode=1777 -v ./data/zk:/data -v ./data/zklog:/datalog -e ZOO_ADMINSERVER_ENABLED=false -e ZOO_4LW_COMMANDS_WHITELIST=srvr,ruok)
clickhouse=("${owner[@]}" --tmpfs /etc/clickhouse-server/users.d -v ./data/ch:/var/lib/clickhouse -v ./data/chlog:/var/log/clickhouse-server
  -v ./cfg/config.xml:/etc/clickhouse-server/config.d/opik.xml:ro -v ./cfg/users.xml:/etc/clickhouse-server/users.d/opik.xml:ro
  -e CLICKHOUSE_DB=opik -e CLICKHOUSE_USER=opik -e "CLICKHOUSE_PASSWORD=$chpw")
minio=(-v ./data/minio:/data -e MINIO_ROOT_USER=minio -e MINIO_ROOT_PASSWORD=miniopass --entrypoint minio)
minio_args=(server --console-address :9090 /data)
backend=(-e STATE_DB_PROTOCOL=jdbc:mysql:// -e 'STATE_DB_URL=127.0.0.1:3306/opik?createDatabaseIfNotExist=true' -e STATE_DB_DATABASE_NAME=opik -e STATE_DB_USER=opik
  -e "STATE_DB_PASS=$mysqlpw" -e ANALYTICS_DB_MIGRATIONS_URL=jdbc:clickhouse://127.0.0.1:8123 -e ANALYTICS_DB_MIGRATIONS_USER=opik -e "ANALYTICS_DB_MIGRATIONS_PASS=$chpw"
  -e ANALYTICS_DB_PROTOCOL=HTTP -e ANALYTICS_DB_HOST=127.0.0.1 -e ANALYTICS_DB_PORT=8123 -e ANALYTICS_DB_DATABASE_NAME=opik -e ANALYTICS_DB_USERNAME=opik
  -e "ANALYTICS_DB_PASS=$chpw" -e 'JAVA_OPTS=-Dliquibase.propertySubstitutionEnabled=true' -e 'REDIS_URL=redis://:r%20pw@127.0.0.1:6379/' -e AWS_ACCESS_KEY_ID=minio
  -e AWS_SECRET_ACCESS_KEY=miniopass -e IS_MINIO=true -e "S3_URL=http://127.0.0.1:$minioport" -e PYTHON_EVALUATOR_URL=http://127.0.0.1:8000
  -e OPIK_USAGE_REPORT_ENABLED=false -e OPIK_ENCRYPTION_KEY=0123456789abcdef)
backend_args=(bash -c './run_db_migrations.sh && ./provision_agent_insights_readonly_user.sh && ./entrypoint.sh')
python=(-e PYTHON_CODE_EXECUTOR_STRATEGY=process -e RQ_WORKER_ENABLED=true -e 'REDIS_URL=redis://:r%20pw@127.0.0.1:6379/0' -e OPIK_URL_OVERRIDE=http://127.0.0.1:8080)
frontend=(--tmpfs /etc/nginx --tmpfs /run:mode=1777 --tmpfs /var/cache/nginx:mode=1777 -v ./cfg/default.conf.template:/etc/nginx/templates/default.conf.template:ro -e NGINX_PORT=5173)
vllm=(-v ./data/hf:/root/.cache/huggingface -v ./data/vllm:/root/.cache/vllm --device nvidia.com/gpu=all)
webui=(-v ./data/webui:/app/backend/data -e WEBUI_SECRET_KEY=s -e OPENAI_API_BASE_URL=http://127.0.0.1:8000/v1 -e OPENAI_API_KEY=k -e CORS_ALLOW_ORIGIN=https://webui.test
  -e WEBUI_NAME=Lab -e ENABLE_OLLAMA_API=false)

# start NAME HEALTHCOMMAND ARGS...: a member of the pod; its options are in the array of its name.
start() {
  local name=$1 health=$2 log
  local -n options=$1
  shift 2
  podman run -d --pod "${pod:-opik}" --name "$name" "${least[@]}" "${options[@]}" --health-cmd "$health" --health-interval disable "${image[$name]}" "$@" >/dev/null || { bad "start $name"; return; }
  for _ in {1..120}; do
    if podman healthcheck run "$name" >/dev/null 2>&1; then ok "$name is healthy"; return; fi
    if [[ $(podman inspect -f '{{.State.Status}}' "$name") == exited ]]; then break; fi
    sleep 0.25
  done
  log=$(podman logs --tail 5 "$name" 2>&1)
  bad "$name is not healthy: $log"
}

# refuses NAME TEXT [without=REGEX] OPTIONS... [-- ARGS...]: the container ends with an error that contains TEXT.
refuses() {
  local name=$1 text=$2 kept=() without='' extra=() output code entry
  local -n options=$1
  shift 2
  if [[ ${1:-} == without=* ]]; then without=${1#without=}; shift; fi
  while [[ $# -gt 0 && $1 != -- ]]; do extra+=("$1"); shift; done
  if [[ ${1:-} == -- ]]; then shift; fi
  for ((i = 0; i < ${#options[@]}; i++)); do
    entry=${options[i]}
    if [[ -n $without && $entry =~ ^(-e|-v|--tmpfs|--cap-add|--device)$ && ${options[i + 1]} =~ $without ]]; then i=$((i + 1)); continue; fi
    kept+=("$entry")
  done
  output=$(timeout 90 podman run --rm --pod "${pod:-opik}" "${least[@]}" "${kept[@]}" "${extra[@]}" "${image[$name]}" "$@" 2>&1)
  code=$?
  if [[ $code != 0 && $code != 124 && $output == *"$text"* ]]; then ok "$name ($code) refuses: $text"; else bad "$name: expected '$text', got $code: $(tail -c 600 <<<"$output")"; fi
}

podman unshare chown 1001:1001 data/minio
podman pod create --name opik -p 127.0.0.1:15173:5173 >/dev/null
start mysql 'mysqladmin ping -h 127.0.0.1 --silent' mysqld --mysqlx=OFF
start redis 'nc -z localhost 6379' redis-server --requirepass 'r pw'
start zookeeper 'echo ruok | nc localhost 2181 | grep -q imok'
start clickhouse 'wget --spider -q http://127.0.0.1:8123/ping'
start minio 'wget --spider -q http://localhost:9000/minio/health/live' "${minio_args[@]}"
setup='mc alias set s3 http://127.0.0.1:9000 minio miniopass --api S3v4; mc mb --ignore-existing s3/public; mc anonymous set download s3/public/'
podman run --rm --pod opik "${least[@]}" --entrypoint /bin/sh "${image[minio]}" -ec "$setup" >/dev/null && ok "bucket made with the MinIO image"
podman run --rm --pod opik "${least[@]}" -e MC_CONFIG_DIR=/tmp/.mc --entrypoint /bin/sh "${image[mc]}" -ec "$setup" >/dev/null && ok "bucket made with the mc image"
start backend 'curl -fsS "http://localhost:8080/health-check?name=all&type=ready"' "${backend_args[@]}"
start python 'wget --spider --quiet http://127.0.0.1:8000/health/readiness'
start frontend 'curl --fail --fail-early http://localhost:5173/health'
curl -fsS -d '{"name":"first"}' http://127.0.0.1:15173/api/v1/private/traces >/dev/null && ok "a trace through the published frontend"
podman exec clickhouse clickhouse-client --port 9100 --user opik --password "$chpw" -q "INSERT INTO opik.lab_spans VALUES ('a, b', '10:00')" && ok "a row in clickhouse"

refuses clickhouse 'Address already in use'
refuses clickhouse 'is missing (migration 000030' without=users.xml
refuses clickhouse 'names port 9000, but tcp_port is 9100' without=config.xml -v ./cfg/wrong-port.xml:/etc/clickhouse-server/config.d/opik.xml:ro
refuses clickhouse 'CLICKHOUSE_PASSWORD is not set' without=CLICKHOUSE_PASSWORD
refuses clickhouse 'users.d is not writable' without=/etc/clickhouse-server/users.d
refuses clickhouse 'macros/shard is missing' without=config.xml
refuses clickhouse 'Operation not permitted' without=CHOWN
refuses zookeeper 'Operation not permitted' without=CHOWN
refuses redis 'Operation not permitted' without=CHOWN -- redis-server --port 7777
refuses zookeeper 'Read-only file system' without=/conf
refuses mysql 'Permission denied' without=CHOWN
refuses mysql 'password option is not specified' without='MYSQL_ROOT_PASSWORD|data/mysql' --tmpfs /var/lib/mysql:mode=1777
refuses minio 'shorter than 8' -e MINIO_ROOT_PASSWORD=short -- "${minio_args[@]}"
refuses minio 'flag provided but not defined' -- server --console-addres :1 /data
refuses minio '/data is not writable' without=./data/minio -v ./cfg:/data -- "${minio_args[@]}"
refuses minio 'EADDRINUSE' -- "${minio_args[@]}"
for variable in STATE_DB_URL STATE_DB_PASS ANALYTICS_DB_HOST REDIS_URL AWS_SECRET_ACCESS_KEY IS_MINIO S3_URL PYTHON_EVALUATOR_URL JAVA_OPTS; do
  refuses backend "$variable" without="$variable=" -- "${backend_args[@]}"
done
refuses backend 'Access denied' without=STATE_DB_PASS -e STATE_DB_PASS=wrong -- "${backend_args[@]}"
refuses backend 'AUTHENTICATION_FAILED' without=MIGRATIONS_PASS -e ANALYTICS_DB_MIGRATIONS_PASS=wrong -- "${backend_args[@]}"
refuses backend 'names the jar' -e OPIK_VERSION=2.2.0 -- "${backend_args[@]}"
refuses python 'privileged' without=PYTHON_CODE_EXECUTOR_STRATEGY
refuses python 'WRONGPASS' without=REDIS_URL -e REDIS_URL=redis://:wrong@127.0.0.1:6379/0
refuses frontend 'NGINX_PORT is not set' without=NGINX_PORT
refuses frontend 'default.conf.template is not mounted' without=default.conf.template
refuses frontend '/etc/nginx/conf.d is not writable' without=/etc/nginx -v ./cfg/default.conf.template:/etc/nginx/templates/default.conf.template:ro

# Everything stops and starts again with its data, and the credentials are checked on every health call.
podman pod stop -t 20 opik >/dev/null && podman pod start opik >/dev/null 2>&1
for _ in {1..60}; do podman start backend >/dev/null 2>&1; rows=$(curl -fsS http://127.0.0.1:15173/api/v1/private/traces 2>/dev/null) && break; sleep 1; done
[[ $rows == *'"first"'* ]] && ok "the trace survived a restart" || bad "trace lost: $rows"
[[ $(podman exec clickhouse clickhouse-client --port 9100 --user opik --password "$chpw" -q 'SELECT * FROM opik.lab_spans') == *'a, b'* ]] && ok "the row survived" || bad "row lost"
for name in clickhouse minio python frontend backend; do
  SECONDS=0
  podman stop -t 10 "$name" >/dev/null 2>&1
  ((SECONDS < 5)) && ok "$name stops in ${SECONDS}s" || bad "$name takes ${SECONDS}s to stop"
  podman start "$name" >/dev/null
done
podman stop -t 5 redis >/dev/null
podman healthcheck run backend >/dev/null 2>&1 && bad "backend healthy without redis" || ok "backend unhealthy without redis"
podman pod rm -f -t 5 opik >/dev/null

# The language model services, the proxy and the name server, in a pod of their own.
pod=llm # read by start and refuses
podman pod rm -f -t 1 llm >/dev/null 2>&1
podman pod create --name llm -p 127.0.0.1:18080:8080 -p 127.0.0.1:18000:8000 -p 127.0.0.1:15353:5353/udp >/dev/null
model=(Qwen/Qwen3-0.6B --served-model-name qwen --gpu-memory-utilization 0.9 --api-key k)
probe="python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:8000/health\", timeout=2)'"
start vllm "$probe" "${model[@]}"
start webui 'curl -sf http://localhost:8080/health | jq -e .status'
chat='{"model":"qwen","stream":true,"messages":[{"role":"user","content":"hi"}]}'
[[ $(curl -sN -d "$chat" http://127.0.0.1:18080/api/chat/completions | grep -c '^data: ') -ge 9 ]] && ok "tokens stream through the web interface" || bad "no stream"
[[ $(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:18000/v1/models) == 401 ]] && ok "vllm wants its key" || bad "vllm without key"
curl -s http://127.0.0.1:18000/metrics | grep -q '^vllm:generation_tokens_total{.*} [1-9]' && ok "vllm counts tokens" || bad "no metrics"
podman run --rm --entrypoint sh "${image[vllm]}" -c 'command -v curl || command -v wget' >/dev/null && bad "vllm has curl or wget" || ok "vllm has neither curl nor wget"
refuses vllm 'unrecognized arguments: --gpu-memory-utilisation' -- m --gpu-memory-utilisation 0.9
refuses vllm 'invalid int value' -- m --max-num-seqs many
refuses vllm 'is not in (0, 1]' -- m --gpu-memory-utilization 1.5
refuses vllm 'larger than the number of available GPUs' -- m -tp 2
refuses vllm 'no /dev/nvidia0' without=nvidia.com -- m
refuses vllm '/root/.cache/vllm does not exist' without=./data/vllm -- m
refuses vllm 'HF_HUB_OFFLINE=1 but' -e HF_HUB_OFFLINE=1 -- not/cached
refuses webui 'WEBUI_SECRET_KEY' without=WEBUI_SECRET_KEY
refuses webui 'CORS_ALLOW_ORIGIN is not set' without=CORS_ALLOW_ORIGIN
refuses webui '/app/backend/data is not writable' without=./data/webui
refuses webui 'No embedding model is loaded' without=./data/webui -e OFFLINE_MODE=true --tmpfs /app/backend/data
podman rm -f -t 2 webui >/dev/null

nginx=()
start nginx 'curl -fsS http://localhost:8080/'
podman run --rm "${least[@]}" "${image[nginx]}" nginx -t >/dev/null 2>&1 && ok "nginx -t with a read-only root" || bad "nginx -t"
[[ $(podman inspect -f '{{.Config.StopSignal}}' nginx) =~ SIGQUIT|3 ]] && ok "nginx stops with SIGQUIT" || bad "stop signal"
podman rm -f -t 2 nginx >/dev/null
printf 'port=5353\nno-resolv\nno-hosts\nlocal=/liminati.internal/\naddress=/liminati.internal/100.101.102.103\nlog-facility=-\n' >cfg/dnsmasq.conf
dnsmasq=(--cap-add SETUID,SETGID -v ./cfg/dnsmasq.conf:/etc/dnsmasq.conf:ro)
refuses dnsmasq 'ermi' without=SETUID
start dnsmasq 'nslookup -type=a webui.liminati.internal 127.0.0.1:5353'
echo=(-e 'RAW=$HOME %h "q"' -e PORT=8080)
start echo 'wget -qO- http://localhost:8080/health' 'a b' '%n' ''
[[ $(curl -s http://127.0.0.1:18080/dump | node -e 'const d = JSON.parse(require("fs").readFileSync(0)); console.log([...d.argv, d.env.RAW].map((v) => Buffer.from(v, "base64")).join("|"))') == 'a b|%n||$HOME %h "q"' ]] && ok "echo shows raw arguments and environment" || bad "echo: $(curl -s http://127.0.0.1:18080/dump)"
podman rm -f -t 2 echo >/dev/null
unhealthy=()
podman run -d --pod llm --name unhealthy "${image[unhealthy]}" >/dev/null; sleep 1
[[ $(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:18080/) == 503 ]] && ok "unhealthy runs and is never healthy" || bad "unhealthy"
podman pod rm -f -t 5 llm >/dev/null
((failed == 0)) && echo "all images behave" || echo "some do not"
exit "$failed"
