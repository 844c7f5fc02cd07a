// SPDX-License-Identifier: Apache-2.0
#pragma once

// Characters that the reference takes for something else than today's Unicode says, since its own tables are
// of several versions. The ids of models are made with it.

namespace mantissa {

enum class Trait {
    Punctuation,
    NoPunctuation,
    Numeric,
    Mark,
    NoMark, ///< it neither combines nor is reordered
    Whole ///< nothing to take apart
};

bool isForTheReference(char32_t code, Trait trait);

} // namespace mantissa
