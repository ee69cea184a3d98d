/** Twelve ways in which a service is broken: svc status and the page about the site name the cause, and what is said to paste mends it. */
import { beforeAll } from "vitest";
import { CA, TLS, ZONE } from "./certificates.ts";
import { type Damage, expectNamedAndMended, withThePage } from "./damage.ts";
import { SMALL, startFrom } from "./start.ts";

const DAMAGES: readonly Damage[] = [
  {
    name: "its image is gone",
    make: `
      svc stop open-webui
      as webui-user podman rmi --force $(as webui-user podman images --quiet --filter reference='*open-webui*')
      ctl webui-user start open-webui`,
    ask: "open-webui",
    says: /^open-webui: failed: its image \S+open-webui:\S+ is gone$/,
  },
  {
    name: "another program has its port",
    make: `
      svc stop vllm-qwen
      systemd-run --quiet --unit=squatter --uid=nobody node -e 'require("http").createServer().listen(8000, "127.0.0.1")'
      until ss -Hltn src 127.0.0.1:8000 | grep -q .; do sleep 0.1; done
      ctl vllm-user start vllm-qwen`,
    ask: "vllm-qwen",
    says: /^vllm-qwen: failed: port 8000 is taken by node \(pid \d+\)/,
  },
  {
    name: "the directory that it runs in is full",
    make: `
      place=/run/user/$(id -u webui-user)
      svc stop open-webui
      mount -o remount,size=2m "$place"
      as webui-user dd if=/dev/zero of="$place/full" bs=64k status=none || true
      ctl webui-user start open-webui`,
    ask: "open-webui",
    says: /^open-webui: failed: the file system of \/run\/user\/\d+ is full/,
    first: 'place=/run/user/$(id -u webui-user); rm "$place/full"; mount -o remount,size=10% "$place"',
    instead: "svc restart open-webui",
  },
  {
    name: "its own tree is full",
    make: `
      place=/var/lib/webui/data
      svc stop open-webui
      mount -t tmpfs -o "size=1m,nr_inodes=2,mode=750,uid=$(stat -c %u "$place"),gid=$(stat -c %g "$place")" none "$place"
      dd if=/dev/zero of="$place/full" bs=64k status=none || true
      ctl webui-user start open-webui`,
    ask: "open-webui",
    says: /^open-webui: failed: the file system of \/var\/lib\/webui\/data is full \(1 MB, none free\)/,
    verified:
      /(?=[\s\S]*failed +open-webui +failed.*: the file system of \/var\/lib\/webui\/data is full)(?=[\s\S]*full +\/var\/lib\/webui\/data +its file system is full \(1 MB)/,
    first: "svc stop open-webui; umount /var/lib/webui/data",
    instead: "svc restart open-webui",
  },
  {
    name: "it ends again and again by itself",
    make: "cd /var/lib/webui/data; mv webui.db away; mkdir webui.db; ctl webui-user restart open-webui",
    ask: "open-webui",
    says: /^open-webui: failed: it ended with code 1; it was started again \d+ times/,
    log: /^Error: EISDIR: illegal operation on a directory, read$/,
    first: "cd /var/lib/webui/data; rmdir webui.db; mv away webui.db",
  },
  {
    name: "its configuration was broken by hand",
    make: "echo nonsense >>/var/lib/dnsmasq-llm/config/dnsmasq.conf; ctl dnsmasq-user restart dnsmasq",
    ask: "dnsmasq",
    says: /^dnsmasq: failed: dnsmasq: it ended with code 1, and \S+\/dnsmasq.conf was changed since the last run/,
  },
  {
    name: "it hangs",
    make: "kill -STOP $(processes $(as dnsmasq-user podman inspect --format '{{.State.Pid}}' dnsmasq))",
    ask: "dnsmasq",
    says: /^dnsmasq: degraded: dnsmasq: its (last health check failed|health check hangs)/,
  },
  {
    name: "its certificate has ended",
    make: `
      openssl req -new -key ${TLS}/leaf.key -subj /CN=ended | openssl x509 -req -not_before 20240101000000Z -not_after 20240201000000Z \\
        -CA ${CA}/ca.crt -CAkey ${CA}/ca.key -set_serial 0x7c \\
        -extfile <(printf 'subjectAltName=DNS:*.${ZONE},DNS:${ZONE}\\nextendedKeyUsage=serverAuth\\n') 2>/dev/null >${TLS}/leaf.crt
      svc reload nginx-proxy`,
    ask: "nginx-proxy",
    says: /^nginx-proxy: degraded: its certificate ended on 2024-02-01/,
  },
  {
    name: "the GPU is gone",
    make: "mv /dev/nvidia0 /dev/away; ctl vllm-user restart vllm-qwen",
    ask: "vllm-qwen",
    says: /^vllm-qwen: failed: a device that the CDI file lists is not there: the file is stale, or the GPU is gone/,
    first: "mv /dev/away /dev/nvidia0",
    instead: "svc restart vllm-qwen",
  },
  {
    name: "the CDI file is of another GPU",
    make: "cp /etc/cdi/nvidia.yaml /root; sed -i s/nvidia0/nvidia9/ /etc/cdi/nvidia.yaml; ctl vllm-user restart vllm-qwen",
    ask: "vllm-qwen",
    says: /^vllm-qwen: failed: a device that the CDI file lists is not there: the file is stale, or the GPU is gone/,
    first: "mv /root/nvidia.yaml /etc/cdi/nvidia.yaml",
    instead: "svc restart vllm-qwen",
  },
  {
    name: "its user manager was stopped",
    make: "systemctl stop user@$(id -u vllm-user).service",
    ask: "vllm-qwen",
    says: /^vllm-qwen: failed: the user manager of vllm-user does not run/,
  },
  {
    name: "a secret is gone",
    make: "as webui-user podman secret rm open-webui-vllm-key >/dev/null; ctl webui-user restart open-webui",
    ask: "open-webui",
    says: /^open-webui: failed: a secret is gone from podman's store/,
  },
];

startFrom("small");

beforeAll(() => withThePage(SMALL));

for (const damage of DAMAGES) expectNamedAndMended(damage);
