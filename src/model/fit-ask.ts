/** What a service asks of graphics cards with its settings, for the arithmetic of `fit`. */
export interface FitAsk {
  readonly model: string;
  readonly tensorParallel: number;
  /** Undefined: as long as the model's own. */
  readonly context: number | undefined;
  /** Undefined: as it is published. */
  readonly quantization: string | undefined;
  readonly utilization: number;
}
