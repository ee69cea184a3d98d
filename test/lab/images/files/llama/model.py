"""Writes a GGUF model of half a megabyte for llama-server: two layers of random weights, always the same ones. model.py FILE NAME [CONTEXT]

What it says is noise, made of the words below; how it says it is llama.cpp's own doing: tokens, sampling, context, usage.
"""

import sys

import gguf
import numpy

WORDS = (
    "the a lab host model token answer question one two three small large green quiet early late open closed first last "
    "says reads writes waits starts ends goes comes keeps finds and or but with without from before after in on ."
).split()
WIDTH, FEED_FORWARD, LAYERS, HEADS = 64, 128, 2, 4

tokens = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % byte for byte in range(256)] + ["▁".encode() + word.encode() for word in WORDS]
types = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
types += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * len(WORDS)

random = numpy.random.default_rng(1)
weights = lambda rows, columns, scale=0.1: (random.standard_normal((rows, columns)) * scale).astype(numpy.float32)
ones = numpy.ones(WIDTH, dtype=numpy.float32)

path, name, context = [*sys.argv[1:], "2048"][:3]
writer = gguf.GGUFWriter(path, "llama")
writer.add_name(name)
writer.add_context_length(int(context))
writer.add_embedding_length(WIDTH)
writer.add_block_count(LAYERS)
writer.add_feed_forward_length(FEED_FORWARD)
writer.add_head_count(HEADS)
writer.add_head_count_kv(HEADS)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_rope_dimension_count(WIDTH // HEADS)
writer.add_vocab_size(len(tokens))
writer.add_file_type(gguf.LlamaFileType.ALL_F32)
writer.add_tokenizer_model("llama")
writer.add_token_list(tokens)
# A word is found as one token only where it scores more than the bytes that it is made of.
writer.add_token_scores([0.0] * 259 + [float(len(word)) for word in WORDS])
writer.add_token_types(types)
writer.add_bos_token_id(1)
writer.add_eos_token_id(2)
writer.add_unk_token_id(0)
writer.add_add_bos_token(True)
writer.add_chat_template("{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant:")

output = weights(len(tokens), WIDTH)
# It speaks in words, and ends as often as it says any one of them.
output[[0, 1, *range(3, 259)]] = 0
writer.add_tensor("token_embd.weight", weights(len(tokens), WIDTH, 1))
writer.add_tensor("output_norm.weight", ones)
writer.add_tensor("output.weight", output * 10)
for layer in range(LAYERS):
    for part in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.{layer}.{part}.weight", ones)
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        writer.add_tensor(f"blk.{layer}.{part}.weight", weights(WIDTH, WIDTH))
    for part in ("ffn_gate", "ffn_up"):
        writer.add_tensor(f"blk.{layer}.{part}.weight", weights(FEED_FORWARD, WIDTH))
    writer.add_tensor(f"blk.{layer}.ffn_down.weight", weights(WIDTH, FEED_FORWARD))

writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
