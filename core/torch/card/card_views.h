// SPDX-License-Identifier: Apache-2.0
#pragma once

// The tensors of one operation, as the host names them (outer: an address nobody can follow) and as the
// card's kernels see them (inner: tensors of the CPU over the same bytes).

#include <ATen/core/Tensor.h>

#include <unordered_map>
#include <utility>
#include <vector>

namespace mantissa::card {

bool isOnCard(const at::Tensor& tensor);

/// While one lives, what kernels allocate on this thread is the card's memory.
class OnCard {
public:
    OnCard();
    ~OnCard();
    OnCard(const OnCard&) = delete;
    OnCard& operator=(const OnCard&) = delete;
    static bool isOn();
};

class Views {
public:
    /// A tensor elsewhere is handed back as it is.
    at::Tensor inside(const at::Tensor& tensor);
    /// After the operation: what it has resized is so outside.
    void finish();
    /// A result as the host names it: the operand that it is, a view of one, or the card's new memory.
    at::Tensor outside(const at::Tensor& result);

    bool hasCards() const { return !m_tensors.empty(); }
    /// A tensor with dimensions that is on no card.
    bool hasForeign() const { return m_hasForeign; }
    /// Made outside the card's memory by a kernel, and copied there: how many in all operations.
    static std::int64_t foreignResults();

private:
    std::vector<std::pair<at::Tensor, at::Tensor>> m_tensors{}; ///< {outer, inner}
    std::unordered_map<c10::StorageImpl*, c10::Storage> m_inner{}; ///< by outer storage
    std::unordered_map<c10::StorageImpl*, c10::Storage> m_outer{}; ///< by inner storage
    std::vector<c10::Storage> m_kept{};
    bool m_hasForeign = false;
};

} // namespace mantissa::card
