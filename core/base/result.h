// SPDX-License-Identifier: Apache-2.0
#pragma once

// How functions say that something a user can meet went wrong: a value or an Error, never an exception.

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace mantissa {

/// What the program returns to its caller; the numbers are documented in README and --help.
enum class ExitCode { Done = 0, Failed = 1, Usage = 2, OutOfMemory = 3, Diverged = 4, Interrupted = 130 };

/// One sentence with the thing, the finding and the way out.
struct Error {
    std::string message;
    ExitCode code = ExitCode::Failed;
};

template <class T> class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

inline tl::unexpected<Error> fail(std::string message, ExitCode code = ExitCode::Failed)
{
    return tl::unexpected<Error>(Error{std::move(message), code});
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// What somebody wrote cannot be used: a config, a flag, a file of rows.
inline tl::unexpected<Error> wrong(std::string message) { return fail(std::move(message), ExitCode::Usage); }

} // namespace mantissa

/// Returns a failed Status (or Result) to the caller; the one macro that the project allows itself.
#define TRY(...)                                                                                             \
    do {                                                                                                     \
        if (auto tried = (__VA_ARGS__); !tried)                                                              \
            return ::mantissa::fail(std::move(tried).error());                                               \
    } while (false)
