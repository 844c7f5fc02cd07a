// SPDX-License-Identifier: Apache-2.0
// How long a text takes to encode, on one thread: once for each line of stdin, so that another program can
// take turns (tests/peer/compare_tokenizers.py). Prints seconds and the number of tokens.

#include "core/base/file.h"
#include "core/data/tokenizer.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

using namespace mantissa;

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    const auto tokenizer = readTokenizer(argv[1]);
    const auto text = readFile(argv[2]);
    if (!tokenizer || !text)
        return 1;
    for (std::string line; std::getline(std::cin, line);) {
        const auto start = std::chrono::steady_clock::now();
        const auto tokens = (*tokenizer)->encode(*text, false);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        fmt::print("{} {}\n", seconds.count(), tokens.size());
        std::fflush(stdout);
    }
    return 0;
}
