// SPDX-License-Identifier: Apache-2.0
#pragma once

// The few functions that are used of NVIDIA's management library, which comes with the driver. Loaded when
// somebody asks, so that the program runs where there is none. Declared here: no header of NVIDIA's is
// needed.

#include "core/base/result.h"
#include "core/card/card_reading.h"

#include <memory>
#include <string>
#include <vector>

namespace mantissa {

constexpr const char* nvmlLibrary = "libnvidia-ml.so.1";

/// A library that is loaded and at work; any thread. Copies share it, and the last one lets it go.
class Nvml {
public:
    /// One sentence where there is no driver, or none that answers.
    static Result<Nvml> open(const std::string& library = nvmlLibrary);

    /// One card, as long as the library is open.
    using Handle = void*;

    std::string driverVersion() const;
    std::vector<Handle> handles() const;
    Result<Handle> handleOf(const std::string& uuid) const;
    std::string nameOf(Handle card) const;
    std::string uuidOf(Handle card) const; ///< "GPU-…"; empty where the driver does not say
    CardReading read(Handle card) const;

private:
    struct Library;
    explicit Nvml(std::shared_ptr<const Library> library)
        : m_library(std::move(library))
    {
    }
    std::shared_ptr<const Library> m_library;
};

} // namespace mantissa
