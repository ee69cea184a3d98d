// The catalogue of the lab's images: package layers, own files, accounts and configuration under the real names.
// `files`: path in the image -> file in this folder, or { text }. `dirs` come last and set owner and mode of what is there.

// No shell in between: it would change the environment that the echo image must show untouched.
const program = (standin) => ({ text: `#!/usr/bin/node\nimport('/opt/lab/standins/${standin}.mjs');\n` });
const code = (...standins) => ({ 'opt/lab/lib': 'lib', ...Object.fromEntries(standins.map((name) => [`opt/lab/standins/${name}.mjs`, `standins/${name}.mjs`])) });
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const ports = (...list) => Object.fromEntries(list.map((port) => [`${port}`.includes('/') ? port : `${port}/tcp`, {}]));
const volumes = (...list) => Object.fromEntries(list.map((path) => [path, {}]));
const ALPINE = ['wget', 'nc', 'nslookup', 'vi', 'less', 'ps', 'top', 'ip', 'ping'];

const nginxUser = { name: 'nginx', uid: 101, gid: 101, home: '/var/cache/nginx' };
const nginxFiles = {
  'docker-entrypoint.sh': 'files/nginx/docker-entrypoint.sh',
  'docker-entrypoint.d/20-envsubst-on-templates.sh': 'files/nginx/20-envsubst-on-templates.sh',
};

export const images = [
  {
    name: 'docker.io/nginxinc/nginx-unprivileged:1.30.4-alpine',
    kind: 'real nginx',
    layers: ['nginx'],
    busybox: ALPINE,
    users: [nginxUser],
    files: { ...nginxFiles, 'etc/nginx/nginx.conf': 'files/nginx/nginx.conf', 'etc/nginx/conf.d/default.conf': 'files/nginx/default.conf', 'usr/share/nginx/html/index.html': { text: '<h1>Welcome to nginx!</h1>\n' } },
    links: { 'var/log/nginx/access.log': '/dev/stdout', 'var/log/nginx/error.log': '/dev/stderr' },
    dirs: { 'etc/nginx/conf.d': { owner: '101:0', mode: 0o775 }, 'var/cache/nginx': { owner: '101:0', mode: 0o775 }, 'var/lib/nginx': { owner: '101:0' } },
    config: { Env: [PATH], Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['nginx', '-g', 'daemon off;'], User: '101', WorkingDir: '/', ExposedPorts: ports(8080), StopSignal: 'SIGQUIT' },
  },
  {
    name: 'docker.io/4km3/dnsmasq:2.90-r3',
    kind: 'real dnsmasq',
    layers: ['dnsmasq'],
    busybox: ALPINE,
    users: [{ name: 'dip', uid: 30, gid: 30 }],
    files: { 'etc/dnsmasq.conf': { text: '# Empty, as shipped.\n' } },
    dirs: { 'var/lib/misc': {} },
    config: { Env: [PATH], Entrypoint: ['/usr/sbin/dnsmasq', '--keep-in-foreground'], WorkingDir: '/', ExposedPorts: ports(53, '53/udp', '67/udp', '69/udp') },
  },
  {
    name: 'docker.io/library/redis:7.2.4-alpine3.19',
    kind: 'real redis',
    layers: ['redis'],
    busybox: ALPINE,
    users: [{ name: 'redis', uid: 999, gid: 1000 }],
    files: { 'usr/local/bin/docker-entrypoint.sh': 'files/redis/docker-entrypoint.sh', 'usr/local/bin/gosu': 'files/common/gosu' },
    dirs: { data: { owner: '999:1000' } },
    config: { Env: [PATH, 'REDIS_VERSION=7.2.4'], Entrypoint: ['docker-entrypoint.sh'], Cmd: ['redis-server'], WorkingDir: '/data', Volumes: volumes('/data'), ExposedPorts: ports(6379) },
  },
  {
    name: 'docker.io/library/zookeeper:3.9.4',
    kind: 'real zookeeper',
    layers: ['java'],
    users: [{ name: 'zookeeper', uid: 1000, gid: 1000 }],
    files: { 'docker-entrypoint.sh': 'files/zookeeper/docker-entrypoint.sh', 'usr/local/bin/gosu': 'files/common/gosu', 'apache-zookeeper-3.9.4-bin/bin/zkServer.sh': 'files/zookeeper/zkServer.sh' },
    dirs: Object.fromEntries(['data', 'datalog', 'logs', 'conf', 'apache-zookeeper-3.9.4-bin'].map((dir) => [dir, { owner: '1000:1000' }])),
    config: {
      Env: [
        `${PATH}:/apache-zookeeper-3.9.4-bin/bin`, 'ZOO_CONF_DIR=/conf', 'ZOO_DATA_DIR=/data', 'ZOO_DATA_LOG_DIR=/datalog', 'ZOO_LOG_DIR=/logs', 'ZOO_TICK_TIME=2000', 'ZOO_INIT_LIMIT=5',
        'ZOO_SYNC_LIMIT=2', 'ZOO_AUTOPURGE_PURGEINTERVAL=0', 'ZOO_AUTOPURGE_SNAPRETAINCOUNT=3', 'ZOO_MAX_CLIENT_CNXNS=60', 'ZOO_STANDALONE_ENABLED=true', 'ZOO_ADMINSERVER_ENABLED=true', 'ZOOCFGDIR=/conf',
      ],
      Entrypoint: ['/docker-entrypoint.sh'],
      Cmd: ['zkServer.sh', 'start-foreground'],
      WorkingDir: '/apache-zookeeper-3.9.4-bin',
      Volumes: volumes('/data', '/datalog', '/logs'),
      ExposedPorts: ports(2181, 2888, 3888, 8080),
    },
  },
  {
    name: 'docker.io/library/mysql:8.4.2',
    kind: 'real mariadb',
    layers: ['mysql'],
    users: [{ name: 'mysql', uid: 999, gid: 999, home: '/var/lib/mysql' }],
    files: { 'usr/local/bin/docker-entrypoint.sh': 'files/mysql/docker-entrypoint.sh', 'usr/local/bin/gosu': 'files/common/gosu', 'usr/local/bin/mysqld': 'files/mysql/mysqld', 'etc/mysql/my.cnf': 'files/mysql/my.cnf' },
    links: { 'usr/local/bin/my.cnf': '/etc/mysql/my.cnf' },
    dirs: {
      'var/lib/mysql': { owner: '999:999', mode: 0o1777 }, 'var/lib/mysql-files': { owner: '999:999', mode: 0o750 }, 'run/mysqld': { owner: '999:999', mode: 0o1777 },
      'etc/mysql/conf.d': {}, 'docker-entrypoint-initdb.d': {},
    },
    config: { Env: [PATH, 'MYSQL_MAJOR=8.4', 'MYSQL_VERSION=8.4.2-1.el9'], Entrypoint: ['docker-entrypoint.sh'], Cmd: ['mysqld'], WorkingDir: '/', Volumes: volumes('/var/lib/mysql'), ExposedPorts: ports(3306, 33060) },
  },
  {
    name: 'docker.io/clickhouse/clickhouse-server:26.3.16.16-alpine',
    kind: 'stand-in',
    layers: ['node'],
    busybox: ALPINE,
    users: [{ name: 'clickhouse', uid: 101, gid: 101, home: '/var/lib/clickhouse' }],
    files: {
      ...code('clickhouse', 'clickhouse-config', 'clickhouse-store', 'clickhouse-client'),
      'entrypoint.sh': program('clickhouse'),
      'usr/bin/clickhouse-client': program('clickhouse-client'),
      'etc/clickhouse-server/config.d/docker_related_config.xml': 'files/clickhouse/docker_related_config.xml',
    },
    dirs: {
      'var/lib/clickhouse': { owner: '101:101', mode: 0o777 }, 'var/log/clickhouse-server': { owner: '101:101', mode: 0o777 }, 'docker-entrypoint-initdb.d': {},
      'etc/clickhouse-server': { owner: '101:101', mode: 0o777 }, 'etc/clickhouse-server/users.d': { owner: '101:101', mode: 0o777 }, 'etc/clickhouse-server/config.d': { owner: '101:101', mode: 0o777 },
    },
    config: { Env: [PATH, 'CLICKHOUSE_CONFIG=/etc/clickhouse-server/config.xml', 'TZ=UTC'], Entrypoint: ['/entrypoint.sh'], WorkingDir: '/', Volumes: volumes('/var/lib/clickhouse'), ExposedPorts: ports(8123, 9000, 9009) },
  },
  {
    name: 'docker.io/cloudpirates/image-minio:RELEASE.2025-10-15T17-29-55Z-hardened',
    kind: 'stand-in',
    layers: ['node'],
    busybox: ALPINE,
    users: [{ name: 'minio', uid: 1001, gid: 1001, home: '/home/minio' }],
    files: { ...code('minio', 'mc'), 'usr/bin/docker-entrypoint.sh': 'files/minio/docker-entrypoint.sh', 'usr/bin/minio': program('minio'), 'usr/bin/mc': program('mc') },
    dirs: { data: { owner: '1001:1001' }, 'home/minio': { owner: '1001:1001' } },
    config: {
      Env: [PATH, 'MINIO_ACCESS_KEY_FILE=access_key', 'MINIO_SECRET_KEY_FILE=secret_key', 'MINIO_ROOT_USER_FILE=access_key', 'MINIO_ROOT_PASSWORD_FILE=secret_key', 'MINIO_CONFIG_ENV_FILE=config.env', 'MC_CONFIG_DIR=/tmp/.mc'],
      Entrypoint: ['/usr/bin/docker-entrypoint.sh'],
      Cmd: ['minio', 'server', '/data', '--console-address', ':9001'],
      User: '1001:1001',
      WorkingDir: '/home/minio',
      Volumes: volumes('/data'),
      ExposedPorts: ports(9000, 9001),
    },
  },
  {
    name: 'quay.io/minio/mc:RELEASE.2025-03-12T17-29-24Z',
    kind: 'stand-in',
    layers: ['node'],
    files: { ...code('mc'), 'usr/bin/mc': program('mc') },
    config: { Env: [PATH], Entrypoint: ['mc'], WorkingDir: '/' },
  },
  {
    name: 'ghcr.io/comet-ml/opik/opik-backend:2.2.134',
    kind: 'stand-in',
    layers: ['node', 'curl'],
    users: [{ name: 'opik', uid: 1001, gid: 1001, home: '/opt/opik' }],
    files: { ...code('opik-backend', 'opik-contract', 'opik-dependencies', 'opik-migrations'), 'opt/opik': 'files/opik-backend' },
    dirs: { 'opt/opik': { owner: '1001:1001' } },
    config: { Env: [PATH, 'OPIK_VERSION=2.2.134'], Cmd: ['./entrypoint.sh'], User: '1001:1001', WorkingDir: '/opt/opik', Volumes: volumes('/tmp'), ExposedPorts: ports(8080, 3003) },
  },
  {
    name: 'ghcr.io/comet-ml/opik/opik-python-backend:2.2.134',
    kind: 'stand-in',
    layers: ['node'],
    busybox: ALPINE,
    files: {
      ...code('opik-python-backend'),
      'opt/opik-python-backend/entrypoint.sh': program('opik-python-backend'),
      'opt/opik-python-backend/demo_data_entrypoint.sh': { text: '#!/bin/sh\n[ "${CREATE_DEMO_DATA:-false}" = false ] || echo "demo data: nothing in the stand-in"\n' },
      'usr/bin/tini': 'files/common/tini',
    },
    config: {
      Env: [PATH, 'DOCKER_HOST=unix:///var/run/docker.sock', 'TINI_SUBREAPER=', 'PYTHON_CODE_EXECUTOR_STRATEGY=docker', 'PYTHON_CODE_EXECUTOR_PARALLEL_NUM=5', 'PYTHON_CODE_EXECUTOR_EXEC_TIMEOUT_IN_SECS=3', 'PYTHON_CODE_EXECUTOR_ALLOW_NETWORK=false', 'OPIK_VERSION=2.2.134'],
      Entrypoint: ['tini', '--'],
      Cmd: ['./entrypoint.sh'],
      WorkingDir: '/opt/opik-python-backend',
      ExposedPorts: ports(8000),
    },
  },
  {
    name: 'ghcr.io/comet-ml/opik/opik-frontend:2.2.134',
    kind: 'real nginx, stand-in pages',
    layers: ['nginx'],
    busybox: ALPINE,
    users: [nginxUser],
    files: {
      ...nginxFiles,
      'docker-entrypoint.d/99-patch-nginx.conf.sh': 'files/opik-frontend/99-patch-nginx.conf.sh',
      'etc/nginx/nginx.conf': 'files/opik-frontend/nginx.conf',
      'usr/share/nginx/html/index.html': 'files/opik-frontend/index.html',
    },
    dirs: { 'etc/nginx': { owner: '101:101' }, 'etc/nginx/conf.d': { owner: '101:101' }, 'etc/nginx/templates': { owner: '101:101' }, 'var/cache/nginx': { owner: '101:101' }, 'var/log/nginx': { owner: '101:101' }, 'var/lib/nginx': { owner: '101:101' }, run: { owner: '101:101' } },
    config: { Env: [PATH], Entrypoint: ['/docker-entrypoint.sh'], Cmd: ['nginx', '-g', 'daemon off;'], User: 'nginx:nginx', WorkingDir: '/', ExposedPorts: ports(5173), StopSignal: 'SIGQUIT' },
  },
  {
    name: 'docker.io/vllm/vllm-openai:v0.28.0',
    kind: 'stand-in',
    layers: ['node', 'python'],
    users: [{ name: 'vllm', uid: 2000, gid: 0, group: 'root', home: '/home/vllm' }],
    files: { ...code('vllm', 'vllm-api', 'vllm-arguments'), 'usr/local/bin/vllm': { text: '#!/bin/sh\n[ "${1:-}" = serve ] || { echo "vllm: only serve in this image" >&2; exit 2; }\nshift\nexec node /opt/lab/standins/vllm.mjs "$@"\n' } },
    dirs: { 'home/vllm': { owner: '2000:0', mode: 0o775 }, 'vllm-workspace': {} },
    config: { Env: [PATH, 'VLLM_USAGE_SOURCE=production-docker-image'], Entrypoint: ['vllm', 'serve'], WorkingDir: '/vllm-workspace' },
  },
  {
    name: 'ghcr.io/open-webui/open-webui:v0.11.0',
    kind: 'stand-in',
    layers: ['node', 'curl', 'jq'],
    files: { ...code('open-webui'), 'app/backend/start.sh': 'files/open-webui/start.sh' },
    dirs: { 'app/backend/data': {} },
    config: { Env: [PATH, 'ENV=prod', 'PORT=8080', 'DOCKER=true'], Cmd: ['bash', 'start.sh'], User: '0:0', WorkingDir: '/app/backend', ExposedPorts: ports(8080) },
  },
  {
    name: 'docker.io/lab/echo:1',
    kind: 'test program',
    layers: ['node'],
    busybox: ALPINE,
    files: { ...code('echo'), 'usr/bin/echo-server': program('echo') },
    config: { Env: [PATH], Entrypoint: ['echo-server'], WorkingDir: '/', ExposedPorts: ports(8080) },
  },
  {
    name: 'docker.io/lab/unhealthy:1',
    kind: 'test program',
    layers: ['node'],
    busybox: ALPINE,
    files: { ...code('unhealthy'), 'usr/bin/unhealthy': program('unhealthy') },
    config: { Env: [PATH], Entrypoint: ['unhealthy'], WorkingDir: '/', ExposedPorts: ports(8080) },
  },
];
