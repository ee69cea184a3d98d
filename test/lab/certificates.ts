/** The certificates of a lab's host: where they lie, and others signed with its own authority. */
import { client, TAILNET_ADDRESS } from "./support.ts";

export const ZONE = "liminati.internal";
export const TLS = "/var/lib/nginx-proxy/tls";
export const CA = "/var/lib/install-quadlets/ca";

/** Where the client's programs of these tests look for the published authority: who has fetched it trusts that. */
export const FETCHED = "/tmp/trust/ca.crt";

export async function fetchAuthority(): Promise<void> {
  // Another name first: programs that ask without a pause read it for each request.
  const url = `http://${TAILNET_ADDRESS}:8081/ca.crt`;
  const script = `mkdir -p /tmp/trust && curl -fsS --max-time 20 -o ${FETCHED}.new ${url} && mv ${FETCHED}.new ${FETCHED}`;
  await client("sh", "-c", script);
}

/** A shell command that signs as nobody but the host could: for `names`, for so many days. */
export const forge = (names: string, days: number, key: string, certificate: string) => `
  openssl req -new -key ${key} -subj /CN=forged | openssl x509 -req -days ${days} -CA ${CA}/ca.crt -CAkey ${CA}/ca.key -set_serial 0x7b \
    -extfile <(printf 'subjectAltName=${names}\nextendedKeyUsage=serverAuth\n') 2>/dev/null >${certificate}`;

/** The leaf that is served, as it would be so many days before its end. */
export const aged = (days: number) => forge(`DNS:*.${ZONE},DNS:${ZONE}`, days, `${TLS}/leaf.key`, `${TLS}/leaf.crt`);
