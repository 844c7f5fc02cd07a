// SPDX-License-Identifier: Apache-2.0
#pragma once

// The door to the engine. Its library is loaded on demand; nothing here needs LibTorch to be read.

#include "core/base/json.h"
#include "core/record/product_bound.h"
#include "core/training/engine.h"
#include "core/training/text_model.h"

#include <memory>
#include <string>

namespace mantissa {

class Spans;

/// What the engine's library offers through mantissaEngine().
struct EngineApi {
    Result<EngineParts> (*makeEngine)(const EngineSetup& setup) = nullptr;
    /// Devices and what each format costs on them: one object.
    Result<Json> (*checkDevices)() = nullptr;
    /// The numbers of a saved checkpoint, every element: core/torch/numbers/saved_numbers.
    Result<NumbersMeasured> (*measureSaved)(const std::filesystem::path& folder) = nullptr;
    /// What the products of a step allow: core/torch/engine/product_bound.
    Result<ProductBound> (*measureProducts)(const EngineSetup& setup) = nullptr;
    /// A model that only reads: core/torch/engine/torch_text_model.
    Result<std::unique_ptr<TextModel>> (*openTextModel)(const TextModelSetup& setup) = nullptr;
    /// Where engines tell what they do from now on, if anywhere: core/torch/memory/work_span.
    void (*tellSpansTo)(Spans* spans) = nullptr;
};

/// Makes the model, opens the data, checks the budget. Errors: device not there, data not usable,
/// OutOfMemory.
Result<EngineParts> makeTorchEngine(const EngineSetup& setup);
Result<Json> checkDevices();

/// Puts our allocator into LibTorch, then tries CUDA: before anything else of LibTorch runs. Called
/// by the two above. The waiting policy of OpenMP threads must have been set before this library was loaded:
/// see app/engine_loader.
void initializeEngine();
} // namespace mantissa

extern "C" const mantissa::EngineApi* mantissaEngine();
