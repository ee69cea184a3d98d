/** What decides how much memory a language model needs: read from a table or from the config.json of the model. */

export interface LanguageModel {
  /** As on Hugging Face: "Qwen/Qwen3-8B". */
  readonly name: string;
  readonly parameters: number;
  readonly layers: number;
  /** Attention heads; tensor parallelism divides them. */
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly hidden: number;
  readonly vocabulary: number;
  /** The output layer is the embedding, so that it is there once. */
  readonly tied: boolean;
  /** Of the weights as they are published. */
  readonly quantization: Quantization;
  /** Longest context in tokens. */
  readonly context: number;
  /** Width of the feed-forward layers; absent where they differ. */
  readonly intermediate?: number;
  readonly experts?: Experts;
  /** Layers that look back only so far: their cache ends with the window. */
  readonly window?: { readonly tokens: number; readonly layers: number };
  /** Layers that keep no cache for each token (linear attention). */
  readonly uncached?: number;
  /** Multi-head latent attention: that many numbers a token and layer instead of keys and values, on every GPU alike. */
  readonly latent?: number;
  /** Measured or published, where the parameters alone do not tell: several precisions in one checkpoint. */
  readonly weightBytes?: number;
  readonly source: string;
}

export interface Experts {
  readonly count: number;
  readonly intermediate: number;
}

export const QUANTIZATIONS = ["fp32", "bf16", "fp8", "int8", "awq", "gptq", "int4", "nvfp4", "mxfp4"] as const;
export type Quantization = (typeof QUANTIZATIONS)[number];
