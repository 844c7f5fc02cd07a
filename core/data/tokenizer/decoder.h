// SPDX-License-Identifier: Apache-2.0
#pragma once

// From tokens back to text.

#include "core/base/result.h"
#include "core/data/tokenizer/pattern.h"
#include "core/files/tokenizer_json.h"

#include <functional>
#include <string>
#include <vector>

namespace mantissa {

class Decoder {
public:
    static Result<Decoder> make(const std::vector<tokenizer_json::DecoderStep>& steps);
    /// What the tokens say together; UTF-8.
    std::string decode(std::vector<std::string> tokens) const;

private:
    using Step = std::function<void(std::vector<std::string>&)>;
    std::vector<Step> m_steps;
};

} // namespace mantissa
