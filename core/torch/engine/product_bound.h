// SPDX-License-Identifier: Apache-2.0
#pragma once

// Measures what the products of a step allow: takes down each product that a real step makes, then makes each
// again, alone, as fast as it goes.

#include "core/record/product_bound.h"
#include "core/training/engine.h"

namespace mantissa {

/// A dozen steps of the phase Full with the config's model and data, in an engine of its own that is thrown
/// away; at most half a minute of products. Errors: as makeTorchEngine(), and a simulated card, whose seconds
/// are not real.
Result<ProductBound> measureProducts(const EngineSetup& setup);

} // namespace mantissa
