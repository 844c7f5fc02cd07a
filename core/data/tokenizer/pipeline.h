// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tokenizer of a tokenizer.json, made of its parts.

#include "core/data/tokenizer.h"

#include <memory>
#include <string>
#include <string_view>

namespace mantissa {

/// From the text of a file; `what` names it in messages.
Result<std::unique_ptr<Tokenizer>> makePipeline(std::string_view json, const std::string& what);

} // namespace mantissa
