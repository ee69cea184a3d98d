// The catalogue of the lab's images: package layers, own files, accounts and configuration under the real names.
// `files`: path in the image -> file in this folder, or { text }, { bundle: a program with what it imports },
// { built: file of a package set }. `dirs` come last and set owner and mode of what is there.
import { llmImages } from "./images-llm.mjs";
import { opikImages } from "./images-opik.mjs";
import { realImages } from "./images-real.mjs";

export const images = [...realImages, ...opikImages, ...llmImages];
