/** The authority and what it signs, and the certificate from Tailscale. Which one a unit serves is recorded with the unit. */
import { inConfiguration, onHost } from "../../model/drift.ts";
import { aboutPath, inOrder, type Kinds, none } from "./trait.ts";

export const CERTIFICATES: Pick<Kinds, "certificate" | "tailscale-certificate"> = {
  certificate: {
    place: inOrder,
    undo: none,
    name: ({ certificate }) => certificate.leafCertificate,
    about: ({ certificate }) => aboutPath({ path: certificate.leafCertificate }),
    drift: ({ certificate }, { reason }) => [onHost("certificate", certificate.leafCertificate, reason.text)],
  },
  "tailscale-certificate": {
    place: inOrder,
    undo: none,
    name: ({ tailscale }) => tailscale.certificate,
    about: ({ tailscale }) => aboutPath({ path: tailscale.certificate }),
    drift: ({ tailscale: { certificate } }, { action, reason }) => [
      action === "create"
        ? inConfiguration("new", certificate, reason.text)
        : onHost("certificate", certificate, reason.text),
    ],
    makes: ({ tailscale: { key, certificate } }, action) => (action === "create" ? { files: [key, certificate] } : {}),
  },
};
