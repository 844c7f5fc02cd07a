// SPDX-License-Identifier: Apache-2.0
#include "core/files/tokenizer_json_parts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa::tokenizer_json {

namespace {

constexpr std::size_t deepestNesting = 32;
/// Outside of the vocabulary. Ordered_json looks through all keys for each one that it adds.
constexpr std::size_t mostKeys = 4096;
constexpr std::size_t shownOfKey = 40;

std::string excerpt(std::string_view text)
{
    return text.size() <= shownOfKey ? std::string(text) : std::string(text.substr(0, shownOfKey)) + "…";
}

/// What nlohmann's parser calls as it reads; false ends the reading.
class PartsReader {
public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    bool null() { return value(nullptr); }
    bool boolean(bool is) { return value(is); }
    bool number_integer(number_integer_t number) { return whole(number); }
    bool number_unsigned(number_unsigned_t number)
    {
        const bool isId = m_place == Place::Vocabulary && number <= INT64_MAX;
        return isId ? whole(static_cast<std::int64_t>(number)) : value(number);
    }
    bool number_float(number_float_t number, const string_t&) { return value(number); }
    bool binary(binary_t&) { return refuse("holds binary data"); }
    bool string(string_t& text);
    bool start_object(std::size_t);
    bool key(string_t& name);
    bool end_object() { return end(); }
    bool start_array(std::size_t);
    bool end_array();
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&)
    {
        return refuse(fmt::format("is not valid JSON from byte {} on", position));
    }

    const std::string& problem() const { return m_problem; }
    Parts take()
    {
        m_parts.rest = std::make_shared<const Json>(std::move(m_root));
        return std::move(m_parts);
    }

private:
    enum class Place { Rest, Vocabulary, SkippedVocabulary, Merges, Merge };

    bool refuse(std::string finding)
    {
        if (m_problem.empty())
            m_problem = std::move(finding);
        return false;
    }
    bool isAt(std::string_view name) const
    {
        return m_open.size() == 2 && m_open.back()->is_object() && m_section == "model" && m_key == name;
    }
    bool whole(std::int64_t number);
    template <class Value> bool value(Value&& plain);
    bool begin(Json container);
    bool end();

    Json m_root;
    std::vector<Json*> m_open; ///< the objects and lists of m_root that are being read, outermost first
    std::string m_key; ///< of what comes next
    std::string m_section; ///< the key at the root that is being read
    Place m_place = Place::Rest;
    std::size_t m_skipped = 0; ///< levels open in a vocabulary that is left out
    std::vector<std::string> m_merge; ///< of the pair being read
    Parts m_parts;
    std::string m_problem;
};

bool PartsReader::whole(std::int64_t number)
{
    if (m_place != Place::Vocabulary)
        return value(number);
    m_parts.vocabulary.emplace_back(std::move(m_key), number);
    return true;
}

template <class Value> bool PartsReader::value(Value&& plain)
{
    if (m_place == Place::SkippedVocabulary)
        return true;
    if (m_place == Place::Vocabulary)
        return refuse(fmt::format("gives the token '{}' an id that is no whole number", excerpt(m_key)));
    if (m_place != Place::Rest)
        return refuse(fmt::format("has a merge, number {}, that is no pair of texts", m_parts.merges.size()));
    if (m_open.empty())
        m_root = std::forward<Value>(plain);
    else if (m_open.back()->is_array())
        m_open.back()->push_back(std::forward<Value>(plain));
    else
        (*m_open.back())[m_key] = std::forward<Value>(plain);
    return true;
}

bool PartsReader::string(string_t& text)
{
    if (m_place == Place::Merge) {
        m_merge.push_back(std::move(text));
        return true;
    }
    if (m_place != Place::Merges)
        return value(std::move(text));
    const auto space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
        return refuse(
            fmt::format("has the merge '{}', which is not two texts with one space between", excerpt(text)));
    m_parts.merges.emplace_back(text.substr(0, space), text.substr(space + 1));
    return true;
}

bool PartsReader::begin(Json container)
{
    if (m_open.size() >= deepestNesting)
        return refuse(fmt::format("nests deeper than {} levels", deepestNesting));
    if (!value(std::move(container)))
        return false;
    Json& there = m_open.empty()    ? m_root
        : m_open.back()->is_array() ? m_open.back()->back()
                                    : (*m_open.back())[m_key];
    m_open.push_back(&there);
    return true;
}

bool PartsReader::start_object(std::size_t)
{
    if (m_place == Place::SkippedVocabulary) {
        ++m_skipped;
        return true;
    }
    if (m_place == Place::Rest && isAt("vocab")) {
        m_place = Place::Vocabulary;
        return true;
    }
    return begin(Json::object());
}

bool PartsReader::start_array(std::size_t)
{
    if (m_place == Place::SkippedVocabulary) {
        ++m_skipped;
        return true;
    }
    if (m_place == Place::Rest && isAt("vocab")) {
        m_place = Place::SkippedVocabulary;
        m_parts.isVocabularyList = true;
        m_skipped = 1;
        return true;
    }
    if (m_place == Place::Rest && isAt("merges")) {
        m_place = Place::Merges;
        return true;
    }
    if (m_place != Place::Merges)
        return begin(Json::array());
    m_place = Place::Merge;
    m_merge.clear();
    return true;
}

bool PartsReader::key(string_t& name)
{
    if (m_place == Place::SkippedVocabulary)
        return true;
    m_key = std::move(name);
    if (m_place == Place::Vocabulary)
        return true;
    if (m_open.size() == 1)
        m_section = m_key;
    const bool isRepeated = m_open.back()->contains(m_key) || (isAt("vocab") && !m_parts.vocabulary.empty())
        || (isAt("merges") && !m_parts.merges.empty());
    if (isRepeated)
        return refuse(fmt::format("gives the key '{}' twice", excerpt(m_key)));
    if (m_open.back()->size() >= mostKeys)
        return refuse(fmt::format("has more than {} keys outside of its vocabulary", mostKeys));
    return true;
}

bool PartsReader::end()
{
    if (m_place == Place::SkippedVocabulary) {
        if (--m_skipped == 0)
            m_place = Place::Rest;
    } else if (m_place == Place::Vocabulary) {
        m_place = Place::Rest;
    } else {
        m_open.pop_back();
    }
    return true;
}

bool PartsReader::end_array()
{
    if (m_place == Place::Merges) {
        m_place = Place::Rest;
        return true;
    }
    if (m_place != Place::Merge)
        return end();
    if (m_merge.size() != 2)
        return refuse(fmt::format("has a merge, number {}, that is no pair of texts", m_parts.merges.size()));
    m_parts.merges.emplace_back(std::move(m_merge[0]), std::move(m_merge[1]));
    m_place = Place::Merges;
    return true;
}

} // namespace

Result<Parts> takeApart(std::string_view text, const std::string& what)
{
    PartsReader reader;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader) || !reader.problem().empty())
        return fail(fmt::format("{} {}; fetch or save it again", what,
            reader.problem().empty() ? "is not valid JSON" : reader.problem()));
    Parts parts = reader.take();
    if (!parts.rest->is_object())
        return fail(fmt::format("{} is no object {{…}}; it is no tokenizer.json", what));
    return parts;
}

} // namespace mantissa::tokenizer_json
