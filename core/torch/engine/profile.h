// SPDX-License-Identifier: Apache-2.0
#pragma once

// Seconds spent inside matrix products and attention of this process, counted by LibTorch's own observers.
// Off until asked for: each operation then costs two reads of the clock.

namespace mantissa {

struct OperationSeconds {
    double matrices = 0;
    double attention = 0;
};

void startProfile();
/// Since startProfile(); zeros when it was not called.
OperationSeconds operationSeconds();

} // namespace mantissa
