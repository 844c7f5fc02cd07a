# SPDX-License-Identifier: Apache-2.0
"""Our families as a PyTorch user writes them: the structure of core/model/families/gpt.cpp and convnet.cpp, PyTorch's own layers."""
import math

import torch
from torch import nn
from torch.nn import functional as F

DEVIATION = 0.02  # of fresh matrices, core/model/transformer.h


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        batch, length, width = x.shape
        q, k, v = (part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)
                   for part in self.qkv(x).split(width, dim=2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(batch, length, width))


class Layer(nn.Module):
    def __init__(self, width, heads, ffn, epsilon):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=epsilon)
        self.attention = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width, eps=epsilon)
        self.up = nn.Linear(width, ffn)
        self.gelu = nn.GELU(approximate="tanh")
        self.down = nn.Linear(ffn, width)

    def forward(self, x):
        x = x + self.attention(self.ln_1(x))
        return x + self.down(self.gelu(self.up(self.ln_2(x))))


class Gpt(nn.Module):
    """Learned positions, biases everywhere but in the head, which is the token embedding."""

    def __init__(self, layers, width, heads, context, vocab=256, ffn=0, epsilon=1e-5):
        super().__init__()
        self.tokens = nn.Embedding(vocab, width)
        self.positions = nn.Embedding(context, width)
        self.layers = nn.ModuleList(Layer(width, heads, ffn or 4 * width, epsilon) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=epsilon)
        self.head = nn.Linear(width, vocab, bias=False)
        self.head.weight = self.tokens.weight
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                branch_end = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(weight, std=DEVIATION / math.sqrt(2 * layers) if branch_end else DEVIATION)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device))
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x))


class Convnet(nn.Module):
    """Two convolutions and two linear layers for 28 x 28 images of ten classes."""

    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, 2 * width, 3, padding=1)
        self.fc1 = nn.Linear(2 * width * 7 * 7, 4 * width)
        self.fc2 = nn.Linear(4 * width, 10)

    def forward(self, images):
        x = F.max_pool2d(F.relu(self.conv1(images)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))
