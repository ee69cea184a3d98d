/** A container's health check. */

/** Times in seconds. The command is a shell string, or argv for images without a shell. */
export interface Health {
  readonly command: string | readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
}
