// What the entries of the catalogue are made of: wrappers, shared files and accounts, short forms of the configuration.
// No shell in between: it would change the environment that the echo image must show untouched.
export const program = (standin) => ({ text: `#!/usr/bin/node\nimport('/opt/lab/standins/${standin}.mjs');\n` });
export const code = (...standins) => ({
  "opt/lab/lib": "lib",
  ...Object.fromEntries(standins.map((name) => [`opt/lab/standins/${name}.mjs`, `standins/${name}.mjs`])),
});
export const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
export const ports = (...list) =>
  Object.fromEntries(list.map((port) => [`${port}`.includes("/") ? port : `${port}/tcp`, {}]));
export const volumes = (...list) => Object.fromEntries(list.map((path) => [path, {}]));
export const ALPINE = ["wget", "nc", "nslookup", "vi", "less", "ps", "top", "ip", "ping"];

export const nginxUser = { name: "nginx", uid: 101, gid: 101, home: "/var/cache/nginx" };
export const nginxFiles = {
  "docker-entrypoint.sh": "files/nginx/docker-entrypoint.sh",
  "docker-entrypoint.d/20-envsubst-on-templates.sh": "files/nginx/20-envsubst-on-templates.sh",
};
