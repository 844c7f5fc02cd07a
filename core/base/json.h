// SPDX-License-Identifier: Apache-2.0
#pragma once

// Strict reading of JSON that people write: every key is known or refused with the nearest known one, and
// stands once.
// nlohmann_json stays in .cpp files; its forward declaration is enough here.

#include "core/base/file.h"
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mantissa {

using Json = nlohmann::ordered_json;

/// What a key that stands twice in one object is: refused in what people write; in what this program wrote,
/// line by line, the last counts and nothing is spent on looking.
enum class RepeatedKeys { Refused, LastCounts };

/// Parses text; `what` names it in the message. Nesting deeper than 64 is refused.
Result<Json> parseJson(
    std::string_view text, const std::string& what, RepeatedKeys repeated = RepeatedKeys::Refused);
/// What an exception of the library found, without its own prefix ("[json.exception.parse_error.101] ") and
/// short: it quotes all that it read of a token.
std::string jsonFinding(std::string_view words);
Result<Json> readJsonFile(const std::filesystem::path& file);
/// JSON as text, on one line or indented by two. Bytes that are no UTF-8 are shown as \xNN (shown_text.h).
std::string jsonLine(const Json& json);
std::string jsonText(const Json& json);

/// A finite number as such, others as "NaN", "Infinity", "-Infinity".
Json jsonNumber(double value);
/// The reverse of jsonNumber; NaN for anything else.
double numberFrom(const Json& value);

/// Reads the keys of one object, remembers the first problem, and refuses keys that nobody asked for.
class ObjectReader {
public:
    /// `path` is how messages name this object, for example "training"; empty for the root.
    ObjectReader(const Json& object, std::string path);

    bool has(std::string_view key);
    /// Each leaves `value` as it is when the key is absent, or null.
    void read(std::string_view key, bool& value);
    void read(std::string_view key, double& value, double least, double most);
    void read(std::string_view key, std::int64_t& value, std::int64_t least, std::int64_t most = INT64_MAX);
    void read(std::string_view key, std::string& value);
    /// As text, in which \xNN stands for a byte that is no UTF-8.
    void readPath(std::string_view key, std::string& value);
    /// A size as number or text ("4GiB").
    void readBytes(std::string_view key, std::int64_t& value);
    /// Text turned into a value by `parse`, whose message is given the key.
    template <class T, class Parse> void readName(std::string_view key, T& value, Parse parse)
    {
        std::string text;
        read(key, text);
        if (text.empty())
            return;
        if (auto parsed = parse(text))
            value = *parsed;
        else
            refuse(keyPath(key) + ": " + parsed.error().message);
    }
    /// Whatever is under a key, or null.
    const Json* value(std::string_view key) { return find(key); }
    /// The object under a key, or null.
    const Json* object(std::string_view key);
    const Json* array(std::string_view key);

    void refuse(const std::string& message);
    std::string keyPath(std::string_view key) const;
    /// Checks for unknown keys and returns the first problem.
    Status finish();

private:
    const Json* find(std::string_view key);
    const Json& m_object;
    std::string m_path;
    std::vector<std::string> m_known;
    std::string m_problem;
};

/// The known word nearest to `word` by edit distance, or empty when none is near.
std::string nearestWord(std::string_view word, const std::vector<std::string>& known);

} // namespace mantissa
