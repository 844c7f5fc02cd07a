// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every learned tensor with its exact value, in one of three forms, and its optimizer state. Trainer thread.

#include "core/precision/precision.h"
#include "core/precision/tier.h"
#include "core/torch/weights/pair.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace mantissa {

/// A weight: `value` alone while it is FP32; else `value` is the 16-bit tensor that matmuls read and the others hold the rest.
struct Parameter {
    std::string name;
    bool decays = false; ///< weight decay applies (matrices)
    Precision form = Precision::Fp32;
    at::Tensor value{};  ///< a leaf that requires grad
    at::Tensor low{};    ///< int16, on the remainder's tier
    std::vector<PairEscape> escapes{}; ///< FP16 only
    at::Tensor m{}; ///< FP32 first moment
    at::Tensor v{}; ///< FP32 second moment
};

struct CastReport {
    std::int64_t tensors = 0;
    std::int64_t bytes = 0; ///< read and written
    double seconds = 0;
    std::int64_t mismatches = 0;
    std::int64_t escapes = 0;
};

struct MoveReport {
    std::int64_t tensors = 0;
    std::int64_t bytes = 0;
};

class ParameterStore {
public:
    explicit ParameterStore(at::Device device)
        : m_device(device)
    {
    }

    /// Takes an FP32 tensor; makes zeroed moments.
    void add(std::string name, bool decays, at::Tensor value);

    /// Brings every tensor into `form`, one after another, its remainder to `tier`. Exact: mismatches are counted, none occur.
    CastReport cast(Precision form, Tier tier);
    /// Brings the moments to a tier.
    MoveReport moveMoments(Tier tier);

    /// One parameter's exact FP32 value as a new tensor on its device.
    at::Tensor exactValue(const Parameter& parameter) const;
    /// Puts an FP32 value in place, keeping the form.
    void assign(Parameter& parameter, const at::Tensor& value);

    std::vector<Parameter>& parameters() { return m_parameters; }
    const std::vector<Parameter>& parameters() const { return m_parameters; }
    std::vector<at::Tensor> values() const;
    Precision form() const { return m_form; }
    Tier momentsTier() const { return m_momentsTier; }
    at::Device device() const { return m_device; }
    std::int64_t elements() const;
    void dropGradients();

private:
    void castOne(Parameter& parameter, Precision form, Tier tier, CastReport& report);
    at::Device deviceOf(Tier tier) const;

    at::Device m_device;
    Precision m_form = Precision::Fp32;
    Tier m_remainderTier = Tier::Device;
    Tier m_momentsTier = Tier::Device;
    std::vector<Parameter> m_parameters{};
};

at::ScalarType scalarTypeOf(Precision precision);

} // namespace mantissa
