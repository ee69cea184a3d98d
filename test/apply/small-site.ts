/** Two services with one of everything but TLS: a pod, a socket, files, generated, copied and composed secrets, a redirect. */
import { ownSources } from "../render/support.ts";

const STORE = `
description: a store
account: { user: store-user, home: /var/lib/store, limits: { LimitNOFILE: "4096" } }
secrets:
  key: { generate: { length: 33, alphabet: base62, rotate: { container: sql, command: read value } } }
  url: { compose: "redis://:\${secret.key}@127.0.0.1/" }
directories:
  - { path: data, owner: "999:999", mode: "0700" }
ports:
  db: { host: 10053, container: 53, bind: [tailnet], protocols: [udp, tcp], redirect_from: 53 }
pod: {}
containers:
  sql:
    image: docker.io/lab/sql:1
    secrets: [{ secret: key, env: KEY }]
    mounts: [{ source: data, target: /data }]
    listens: [53]
  api:
    image: docker.io/lab/api:1
    after: { sql: started }
    secrets: [{ secret: url, env: URL }]
`;

const FRONT = `
description: a front
account: { user: front-user, home: /var/lib/front }
secrets:
  key: { same_as: store/key }
directories:
  - { path: config, owner: "0:0", mode: "0755" }
files:
  - { template: nginx/client-files.conf.hbs, path: config/front.conf, restarts: [front] }
ports:
  client: { host: 8081, container: 8081, bind: [tailnet], socket: true }
containers:
  front:
    image: docker.io/lab/front:1
    secrets: [{ secret: key, env: KEY }]
    mounts: [{ source: config/front.conf, target: /front.conf, read_only: true }]
    listens: [8999]
`;

/** `change` edits the texts, `services` leaves one out: for a second run. */
export function smallSite(
  change: (text: string) => string = (text) => text,
  services: readonly (keyof typeof SERVICES)[] = ["store", "front"],
): ReturnType<typeof ownSources> {
  return ownSources(Object.fromEntries(services.map((name) => [name, change(SERVICES[name])])));
}

const SERVICES = { store: STORE, front: FRONT };
