// SPDX-License-Identifier: Apache-2.0
#pragma once

// TensorBoard's event files: records with checksums around small messages. Written here by hand, and read as
// scalars. A scalar is FP32 there: bytes beyond 16 MiB lose their last digits.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mantissa {

/// The bytes of an event file, in the order in which they were added; whoever owns it writes them where they
/// belong.
class EventFile {
public:
    struct Moment {
        std::int64_t step = 0; ///< updates done
        double unixSeconds = 0;
    };
    using Setting = std::variant<double, bool, std::string>;

    /// Begins with the record that names the format.
    explicit EventFile(double unixSeconds);

    void addScalars(Moment at, const std::vector<std::pair<std::string, double>>& values);
    /// Shown on the text page.
    void addText(Moment at, std::string_view tag, std::string_view text);
    /// What the run was asked to do, for the page of hyper-parameters.
    void addSettings(double unixSeconds, const std::vector<std::pair<std::string, Setting>>& settings);
    /// Readers drop what stands for this step and later ones: the run goes on from before it.
    void addRestart(Moment at);

    /// What was added since the last call.
    std::string take();
    std::size_t pendingBytes() const { return m_bytes.size(); }

private:
    void record(std::string_view data);
    std::string m_bytes{};
};

/// "events.out.tfevents.1700000000.mantissa.NAME": TensorBoard looks for "tfevents".
std::string eventFileName(double unixSeconds, std::string_view name);

struct EventPoint {
    std::int64_t step = 0;
    double unixSeconds = 0;
    double value = 0;
    friend bool operator==(const EventPoint&, const EventPoint&) = default;
};

struct EventScalars {
    std::map<std::string, std::vector<EventPoint>>
        byTag{}; ///< in the order of the file; restarts have dropped theirs
    std::int64_t records = 0;
    std::vector<std::string> remarks{}; ///< what is damaged, and so left out: sentences
};

/// Of one event file, or of all in a folder by name. A last record that is cut off is left out (a writer is
/// at work, or died); after one whose checksum is wrong the rest of its file is. A file that begins with no
/// record is refused.
Result<EventScalars> readEventScalars(const std::filesystem::path& fileOrFolder);

} // namespace mantissa
