// SPDX-License-Identifier: Apache-2.0
#pragma once

// Seconds spent inside matrix products and attention of this process, counted by LibTorch's own observers.
// Off unless somebody counts: each operation then costs two reads of the clock.

#include <cstdint>

namespace mantissa {

struct OperationSeconds {
    double matrices = 0;
    double attention = 0;
};

/// Counts as long as it lives.
class OperationProfile {
public:
    OperationProfile();
    ~OperationProfile();
    OperationProfile(const OperationProfile&) = delete;
    OperationProfile& operator=(const OperationProfile&) = delete;

private:
    std::uint64_t m_handle;
};

/// That all profiles of this process have counted.
OperationSeconds operationSeconds();

} // namespace mantissa
