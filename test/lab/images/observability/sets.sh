# The package sets of the images in observability/images.mjs, for build.sh.
# shellcheck shell=bash disable=SC2154

{
  # Programs of Go need no library but libc: their packages come without what they depend on.
  install prometheus '' "$unpack unpack prometheus promtool; rm -rf /etc/{default,init.d,logrotate.d,prometheus} /usr/share/prometheus"
  # Its templates are files in Debian, not a part of the program.
  install alertmanager '' "$unpack unpack prometheus-alertmanager; rm -rf /etc/{default,init.d,logrotate.d,prometheus}"
  install node-exporter '' "$unpack unpack prometheus-node-exporter; rm -rf /etc/{default,init.d,logrotate.d}"
  install nginx-exporter '' "$unpack unpack prometheus-nginx-exporter; rm -rf /etc/{default,init.d,logrotate.d}"
  prepare busybox '' "$get busybox"
} & pids+=($!)
{
  install node '' "$get nodejs; rm -rf /usr/share/nodejs/corepack"
  # Of it journalctl: what reads the journal of the host.
  install journal node "$get systemd"
} & pids+=($!)
