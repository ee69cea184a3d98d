/** What `init` looks at before it asks: how this host is reached, what it computes with, how much room there is. */
import type { GpuFacts } from "../model/gpu.ts";
import type { Address } from "../model/names.ts";
import type { TailnetFact } from "../model/tailscale.ts";

export interface Found {
  /** IPv4, with the interface that has it. */
  readonly addresses: readonly { readonly address: Address; readonly interface: string }[];
  /** The program is there, whether or not it is connected. */
  readonly hasTailscale: boolean;
  readonly tailnet: TailnetFact;
  readonly gpus: GpuFacts;
  /** Of the NVIDIA driver that is loaded. */
  readonly driver: string | undefined;
  /** NVIDIA cards on the bus, whatever their driver knows of them. */
  readonly nvidiaCards: number;
  /** 0 where it cannot be told. */
  readonly memoryBytes: number;
  /** Below /var/lib; undefined where it cannot be told. */
  readonly freeBytes: number | undefined;
}

/** What the catalogue's engines are made for. */
export interface Shipped {
  /** Tag of vLLM's image. */
  readonly version: string;
  /** Tag of llama.cpp's, with CUDA. */
  readonly llamaVersion: string;
  /** The oldest NVIDIA driver that its image takes; undefined where it does not say. */
  readonly driver: number | undefined;
}
