// SPDX-License-Identifier: Apache-2.0
// Which tokenizer a run's text is encoded with.

#include "core/torch/data/dataset.h"

#include <fmt/format.h>

namespace mantissa {

Result<std::unique_ptr<Tokenizer>> openTokenizer(const RunConfig& config)
{
    const std::string& place = config.data.tokenizer;
    const bool isBytes = place.empty() || place == "bytes";
    auto tokenizer = isBytes ? Result<std::unique_ptr<Tokenizer>>(byteTokenizer()) : readTokenizer(place);
    if (!tokenizer)
        return fail(tokenizer.error());
    if ((*tokenizer)->size() <= config.model.vocab)
        return tokenizer;
    if (isBytes)
        return fail(fmt::format("model.vocab is {} and text is read as bytes, which need 256; set "
                                "model.vocab=256",
                        config.model.vocab),
            ExitCode::Usage);
    return fail(
        fmt::format("{} has ids up to {} and the model a vocabulary of {}; take the model's own tokenizer",
            place, (*tokenizer)->size() - 1, config.model.vocab),
        ExitCode::Usage);
}

} // namespace mantissa
