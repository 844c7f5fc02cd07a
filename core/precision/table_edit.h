// SPDX-License-Identifier: Apache-2.0
#pragma once

// An edit of a table that somebody else may have changed meanwhile.

#include "core/precision/precision_table.h"

namespace mantissa {

struct TableEdit {
    PrecisionTable table{}; ///< as the editor wants it
    PrecisionTable from{}; ///< as the editor saw it
};

/// `inForce` with those fields changed in which the edit differs from what its editor saw.
PrecisionTable applied(const TableEdit& edit, const PrecisionTable& inForce);

} // namespace mantissa
