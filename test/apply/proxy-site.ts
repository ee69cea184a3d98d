/** A proxy that can lead requests to a second instance, as a service file. */
export const PROXY = `
description: a proxy
account: { user: proxy-user, home: /var/lib/proxy }
directories: [{ path: tls, owner: "0:101", mode: "0750" }, { path: www, owner: "0:0", mode: "0755" }]
ports:
  https: { host: 443, container: 443, bind: [tailnet], socket: true }
terminates_tls:
  certificate_in: tls
  authority_in: www
  detour: { container: proxy, begin: [begin], end: [end] }
containers:
  proxy:
    image: docker.io/lab/proxy:1
    mounts: [{ source: tls, target: /tls, read_only: true }, { source: www, target: /www, read_only: true }]
    listens: [8999]
`;
