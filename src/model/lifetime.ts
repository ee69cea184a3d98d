/** When a certificate is to be renewed, by its own life: Let's Encrypt shortens it from 90 days to 45, and on. */

export interface Lifetime {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const HOUR_MS = 3_600_000;

/** With a third of its life left, as Let's Encrypt advises. */
export function isDue(life: Lifetime, now: Date): boolean {
  return left(life, now) < whole(life) / 3;
}

/** With half of that gone, too: somebody has to look. */
export function isLate(life: Lifetime, now: Date): boolean {
  return left(life, now) < whole(life) / 6;
}

export function renewedFrom(life: Lifetime): Date {
  return new Date(life.notAfter.getTime() - whole(life) / 3);
}

/** What the next one must have left, at least, not to be due at once. */
export function thirdInHours(life: Lifetime): number {
  return Math.ceil(whole(life) / 3 / HOUR_MS);
}

function left({ notAfter }: Lifetime, now: Date): number {
  return notAfter.getTime() - now.getTime();
}

function whole({ notBefore, notAfter }: Lifetime): number {
  return notAfter.getTime() - notBefore.getTime();
}
