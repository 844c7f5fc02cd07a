// SPDX-License-Identifier: Apache-2.0
#pragma once

// CSV as RFC 4180 has it: a header, commas, quotes doubled inside quotes, lines that end in LF or CRLF.

#include "core/files/records.h"

namespace mantissa {

/// The first row names the fields; every other row has as many. Part of readRecords.
Status readCsvRecords(std::string_view text, const std::string& what, const TakeRecord& take);

} // namespace mantissa
