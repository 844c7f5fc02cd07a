#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records what `transformers` computes for a tiny model of each family: weights, tokens, logits and gradients in one file of a
few KB, which tests/torch/family_test.cpp holds our blocks against.

    python3 -m venv venv && venv/bin/pip install torch==2.11.0 transformers==5.24.0 safetensors
    venv/bin/python tests/data/make_family_fixtures.py tests/data
"""
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

VOCAB, WIDTH, HEADS, LAYERS, CONTEXT, FFN = 13, 8, 2, 2, 6, 12


def record(name, model, out):
    torch.manual_seed(3)
    with torch.no_grad():
        for key, weight in model.named_parameters():
            weight.normal_(0, 0.3)
            if "norm" in key or "ln_" in key:
                weight.add_(0 if key.endswith("bias") else 1)
    model.eval()
    tokens = torch.randint(0, VOCAB, (2, CONTEXT))
    logits = model(tokens).logits
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCAB), tokens.roll(-1, 1).reshape(-1))
    loss.backward()
    tensors = {"tokens": tokens.to(torch.int64), "logits": logits.detach().clone(), "loss": loss.detach().reshape(1)}
    for key, weight in model.named_parameters():
        tensors["weight/" + key] = weight.detach().clone()
        tensors["gradient/" + key] = weight.grad.clone()
    save_file(tensors, out / f"{name}.safetensors")


def main():
    out = pathlib.Path(sys.argv[1])
    torch.set_default_dtype(torch.float32)
    record("gpt2-tiny", GPT2LMHeadModel(GPT2Config(
        vocab_size=VOCAB, n_positions=CONTEXT, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, attn_pdrop=0, embd_pdrop=0,
        resid_pdrop=0, attn_implementation="eager")), out)
    record("llama-tiny", LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCAB, hidden_size=WIDTH, intermediate_size=FFN, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        num_key_value_heads=1, max_position_embeddings=CONTEXT, rms_norm_eps=1e-5, rope_theta=10000.0,
        tie_word_embeddings=False, attn_implementation="eager")), out)


if __name__ == "__main__":
    main()
