// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the allocations of this thread are for, while a scope lives. Thread-local: helper threads set their
// own.

#include "core/memory/memory_class.h"
#include "core/precision/tier.h"

namespace mantissa {

struct AllocationPurpose {
    Tier tier = Tier::Device;
    MemoryClass memoryClass = MemoryClass::Activations;
};

/// The calling thread's purpose now.
AllocationPurpose& currentPurpose();

/// Sets the purpose of this thread's allocations until it goes out of scope.
class PurposeScope {
public:
    explicit PurposeScope(MemoryClass memoryClass)
        : PurposeScope(currentPurpose().tier, memoryClass)
    {
    }
    PurposeScope(Tier tier, MemoryClass memoryClass)
        : m_before(currentPurpose())
    {
        currentPurpose() = {tier, memoryClass};
    }
    ~PurposeScope() { currentPurpose() = m_before; }
    PurposeScope(const PurposeScope&) = delete;
    PurposeScope& operator=(const PurposeScope&) = delete;

private:
    AllocationPurpose m_before;
};

} // namespace mantissa
