#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what `transformers` computes for a tiny model of each family: its config.json, weights, tokens, logits and gradients
in one file of less than 100 KB, and how far its own BF16 is from its FP32. tests/torch/family_test.cpp holds our blocks against
them. Shapes are odd on purpose: heads wider than width / heads, grouped heads, windows shorter than the text.

    python3 -m venv venv && venv/bin/pip install torch==2.11.0 transformers==5.24.0 safetensors
    venv/bin/python tests/data/make_family_fixtures.py tests/data/families
    venv/bin/python tests/data/make_family_fixtures.py FOLDER --large   # 20 texts and wider models, without gradients
    MANTISSA_FAMILY_FIXTURES=FOLDER build/tests/torch/family_test
"""
import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

SMALL = dict(vocab=31, width=16, heads=4, kv=2, head=6, ffn=24, layers=3, context=12, window=5, texts=2)
LARGE = dict(vocab=997, width=96, heads=6, kv=2, head=24, ffn=160, layers=6, context=80, window=17, texts=20)


def llama_like(s, **more):
    return dict(vocab_size=s["vocab"], hidden_size=s["width"], intermediate_size=s["ffn"], num_hidden_layers=s["layers"],
                num_attention_heads=s["heads"], num_key_value_heads=s["kv"], head_dim=s["head"],
                max_position_embeddings=4 * s["context"], attn_implementation="eager", pad_token_id=None,
                bos_token_id=1, eos_token_id=2) | more


def scaled(kind, s, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=500.0, **more))


def families(s):
    half = s["context"] // 2
    no_head = dict(head_dim=None)
    yield "llama", "Llama", llama_like(s, rms_norm_eps=1e-5, tie_word_embeddings=False)
    yield "llama-bias-tied", "Llama", llama_like(s, attention_bias=True, mlp_bias=True, tie_word_embeddings=True)
    yield "llama-llama3", "Llama", llama_like(s, **scaled("llama3", s, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                                          original_max_position_embeddings=half))
    yield "llama-yarn", "Llama", llama_like(s, **scaled("yarn", s, factor=4.0, original_max_position_embeddings=s["context"]))
    yield "llama-linear", "Llama", llama_like(s, **scaled("linear", s, factor=3.0))
    yield "llama-dynamic", "Llama", llama_like(s, **scaled("dynamic", s, factor=2.0))
    yield "mistral", "Mistral", llama_like(s, sliding_window=s["window"])
    yield "qwen2", "Qwen2", {k: v for k, v in llama_like(s, tie_word_embeddings=True).items() if k != "head_dim"}
    yield "qwen2-window", "Qwen2", {k: v for k, v in llama_like(s, use_sliding_window=True, sliding_window=s["window"],
                                                                max_window_layers=1).items() if k != "head_dim"}
    yield "qwen3", "Qwen3", llama_like(s, rope_theta=1e6)
    yield "gemma", "Gemma", llama_like(s)
    yield "gemma2", "Gemma2", llama_like(s, sliding_window=s["window"], query_pre_attn_scalar=9, attn_logit_softcapping=3.0,
                                         final_logit_softcapping=2.0)
    yield "gemma3_text", "Gemma3", llama_like(s, sliding_window=s["window"], query_pre_attn_scalar=9, layer_types=[
        "full_attention" if i % 3 == 1 else "sliding_attention" for i in range(s["layers"])], rope_parameters=dict(
            full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e6),
            sliding_attention=dict(rope_type="default", rope_theta=1e4)))
    yield "phi3", "Phi3", {k: v for k, v in llama_like(s, sliding_window=s["window"], hidden_size=s["heads"] * s["head"],
                                                      num_hidden_layers=2, partial_rotary_factor=0.67).items() if k != "head_dim"}
    for name, original in (("phi3-longrope", half), ("phi3-shortrope", 2 * s["context"])):
        yield name, "Phi3", {k: v for k, v in llama_like(
            s, hidden_size=s["heads"] * s["head"], num_hidden_layers=2, original_max_position_embeddings=original, rope_parameters=dict(
                rope_type="longrope", rope_theta=1e4, short_factor=[1.0 + 0.1 * i for i in range(s["head"] // 2)],
                long_factor=[2.0 + 0.5 * i for i in range(s["head"] // 2)])).items() if k != "head_dim"}
    yield "smollm3", "SmolLM3", {k: v for k, v in llama_like(s, no_rope_layer_interval=2).items() if k != "head_dim"}
    yield "olmo2", "Olmo2", {k: v for k, v in llama_like(s).items() if k != "head_dim"}
    yield "granite", "Granite", {k: v for k, v in llama_like(
        s, embedding_multiplier=3.0, attention_multiplier=0.2, residual_multiplier=0.5, logits_scaling=1.7).items()
        if k != "head_dim"}
    yield "gpt_neox", "GPTNeoX", dict(
        vocab_size=s["vocab"], hidden_size=s["heads"] * s["head"], intermediate_size=s["ffn"], num_hidden_layers=2,
        num_attention_heads=s["heads"], max_position_embeddings=4 * s["context"], rotary_pct=0.34, attn_implementation="eager")
    yield "gpt_neox-serial", "GPTNeoX", dict(
        vocab_size=s["vocab"], hidden_size=s["heads"] * s["head"], intermediate_size=s["ffn"], num_hidden_layers=2,
        num_attention_heads=s["heads"], max_position_embeddings=4 * s["context"], rotary_pct=1.0, use_parallel_residual=False,
        attn_implementation="eager")
    yield "gpt2", "GPT2", dict(
        vocab_size=s["vocab"], n_positions=4 * s["context"], n_embd=s["width"], n_layer=s["layers"], n_head=s["heads"],
        n_inner=s["ffn"], attn_pdrop=0, embd_pdrop=0, resid_pdrop=0, attn_implementation="eager")


def build(cls, keys):
    if cls == "Gemma3":
        config = transformers.Gemma3TextConfig(**keys)
        return transformers.Gemma3ForCausalLM(config)
    config = getattr(transformers, cls + "Config")(**keys)
    return getattr(transformers, cls + ("LMHeadModel" if cls == "GPT2" else "ForCausalLM"))(config)


def name_in_files(key, cls):
    return key.replace("lm_head", "embed_out") if cls == "GPTNeoX" else key


def record(name, cls, keys, s, out, gradients):
    torch.manual_seed(3)
    model = build(cls, keys).eval().float()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            weight.normal_(0, 0.3 if gradients else weight.shape[-1] ** -0.5)
            if ("norm" in key or "ln_" in key) and not key.endswith("bias") and not name.startswith("gemma"):
                weight.add_(1)
    tokens = torch.randint(0, s["vocab"], (s["texts"], s["context"]))
    logits = model(tokens, use_cache=False).logits
    tensors = {"tokens": tokens, "logits": logits.detach().clone()}
    if gradients:
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, s["vocab"]), tokens.roll(-1, 1).reshape(-1))
        loss.backward()
        tensors["loss"] = loss.detach().reshape(1)
    for key, weight in model.named_parameters():
        tensors["weight/" + name_in_files(key, cls)] = weight.detach().clone()
        if gradients:
            tensors["gradient/" + name_in_files(key, cls)] = weight.grad.clone()
    with torch.no_grad():
        rough = model.bfloat16()(tokens, use_cache=False).logits.float()
    tensors["bf16_error"] = (rough - tensors["logits"]).square().mean().sqrt().reshape(1)
    save_file(tensors, out / f"{name}.safetensors", metadata={"config": json.dumps(model.config.to_dict(), default=str)})


def main():
    out = pathlib.Path(sys.argv[1])
    large = "--large" in sys.argv
    out.mkdir(parents=True, exist_ok=True)
    torch.set_default_dtype(torch.float32)
    s = LARGE if large else SMALL
    for name, cls, keys in families(s):
        record(name, cls, keys, s, out, gradients=not large)
        print(name, (out / f"{name}.safetensors").stat().st_size)


if __name__ == "__main__":
    main()
