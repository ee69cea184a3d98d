/** How people get into a service: programs to start in its containers, and what they log in with. */

/** A program that is started in a container, with a terminal. */
export interface Shell {
  readonly name: string;
  readonly description: string;
  /** Short name of the container, for example "mysql". */
  readonly container: string;
  readonly command: readonly string[];
  /** Secrets of the service by the variable that the program finds them in. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A name and a password for something that asks for them. */
export interface Login {
  readonly name: string;
  readonly description: string;
  /** Name of the service's port behind which it is asked for; undefined where only programs ask. */
  readonly port: string | undefined;
  readonly user: string;
  /** Secret of the service. */
  readonly secret: string;
}
