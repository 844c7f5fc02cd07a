// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lets the counted allocator hear of blocks on CUDA's cards, which have an allocator of LibTorch's.

namespace mantissa {

/// From here on blocks that this thread takes and frees are told, with its purpose at the time; so are those
/// of autograd's threads while they work for it.
void listenToDevices();

} // namespace mantissa
