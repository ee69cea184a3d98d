/** Keys of 1024 bits, whatever is asked for: making and using the real ones takes longer than all else that a test does. */
import forge from "node-forge";
import { afterAll } from "vitest";

const { rsa } = forge.pki;
type Done = Parameters<typeof rsa.generateKeyPair>[1];

/** From now on, to the end of the file that calls this. How long the real ones are is tested in test/pki/rules.test.ts. */
export function useSmallKeys(): void {
  const { generateKeyPair } = rsa;
  const small = (options: object, done: Done) => generateKeyPair({ ...options, bits: 1024 }, done);
  rsa.generateKeyPair = small as typeof generateKeyPair;
  afterAll(() => {
    rsa.generateKeyPair = generateKeyPair;
  });
}
