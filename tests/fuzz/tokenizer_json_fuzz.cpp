// SPDX-License-Identifier: Apache-2.0
// A tokenizer.json that is anything at all: refused with a sentence, or a tokenizer that encodes and decodes.

#include "core/data/tokenizer/pipeline.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const auto tokenizer = mantissa::makePipeline({reinterpret_cast<const char*>(bytes), size}, "the file");
    if (!tokenizer) {
        if (tokenizer.error().message.empty())
            std::abort();
        return 0;
    }
    const std::string text = "ab \xC3\xA9\n<s>1\xFF\xE2\x96\x81  b";
    std::vector<mantissa::TokenId> ids;
    for (const mantissa::Token& token : (*tokenizer)->encode(text, true)) {
        if (token.begin > token.end || token.end > text.size() || token.id >= (*tokenizer)->size())
            std::abort();
        ids.push_back(token.id);
    }
    static_cast<void>((*tokenizer)->decode(ids, false));
    return 0;
}
