// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rows of numbers in any format, read and written by vectors.

#include "core/torch/kernels/cpu/vector.h"

namespace mantissa::MANTISSA_SET {

/// Calls use(T{}) with the type of the element.
template <class Use> MANTISSA_INLINE void withElement(Element element, const Use& use)
{
    if (element == Element::Bf16)
        use(Bf16{});
    else if (element == Element::Fp16)
        use(Fp16{});
    else
        use(float{});
}

/// A vector of a row of `width` at `at`; lanes beyond its end are 0.
template <class T> MANTISSA_INLINE Vec loadAt(const T* row, long at, long width)
{
    return at + lanes <= width ? load(row + at) : loadFirst(row + at, width - at);
}
template <class T> MANTISSA_INLINE void storeAt(T* row, long at, long width, Vec v)
{
    if (at + lanes <= width)
        store(row + at, v);
    else
        storeFirst(row + at, v, width - at);
}

} // namespace mantissa::MANTISSA_SET
