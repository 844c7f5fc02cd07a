// SPDX-License-Identifier: Apache-2.0
#include "core/data/tokenizer/normal_form.h"

#include "core/data/tokenizer/characters.h"
#include "core/data/tokenizer/reference_characters.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <new>

namespace mantissa {

namespace {

/// The first combining mark: text of characters below it is its own composed form, and none of them changes
/// what stands before it. U+00A0 is the first with a compatible one, U+00C0 the first that is taken apart.
constexpr char32_t firstMark = 0x300;
constexpr char32_t firstCompatible = 0xA0;
constexpr char32_t firstDecomposed = 0xC0;

/// Vowels and finals, which join the syllable before them.
bool isJoiningJamo(char32_t code)
{
    return (code >= 0x1160 && code <= 0x11FF) || (code >= 0xD7B0 && code <= 0xD7FF);
}

/// Reordering and composition reach from a character over the marks and jamo behind it, never farther.
bool goesOn(char32_t code) { return code >= firstMark && (isMark(code) || isJoiningJamo(code)); }

char32_t firstChanging(NormalForm form)
{
    return form.isCompatible ? firstCompatible : form.composes ? firstMark : firstDecomposed;
}

/// Alone, it stays what it is: nothing to take apart.
bool isStable(char32_t code)
{
    constexpr utf8proc_uint16_t none = UINT16_MAX;
    const bool isSyllable = code >= 0xAC00 && code <= 0xD7A3; // taken apart by arithmetic
    const auto* property = utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
    return (property->decomp_seqindex == none && !isSyllable) || isForTheReference(code, Trait::Whole);
}

std::string formOf(NormalForm form, std::string_view cluster)
{
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE
        | (form.composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE)
        | (form.isCompatible ? UTF8PROC_COMPAT : 0));
    utf8proc_uint8_t* made = nullptr;
    const auto bytes = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(cluster.data()),
        static_cast<utf8proc_ssize_t>(cluster.size()), &made, options);
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, std::free);
    if (bytes < 0) // the text is UTF-8, so what is missing is memory
        throw std::bad_alloc();
    return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(bytes)};
}

} // namespace

void writeNormalForm(NormalForm form, const Piece& piece, PieceWriter& writer)
{
    const std::string_view text = piece.text;
    const char32_t changing = firstChanging(form);
    std::size_t kept = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character first = characterAt(text, at);
        std::size_t end = at + first.bytes;
        // a mark that the reference does not know is none, and what is behind it does not pass it
        const bool isOpen = !isForTheReference(first.code, Trait::NoMark);
        while (isOpen && end < text.size() && static_cast<unsigned char>(text[end]) >= 0xC0) {
            const Character next = characterAt(text, end);
            if (!goesOn(next.code))
                break;
            end += next.bytes;
        }
        const bool isAlone = end == at + first.bytes;
        if (!isAlone || (first.code >= changing && !isStable(first.code))) {
            const std::string_view cluster = text.substr(at, end - at);
            if (const std::string normal = formOf(form, cluster); normal != cluster) {
                writer.keep(kept, at);
                writer.put(normal, at, end);
                kept = end;
            }
        }
        at = end;
    }
    writer.keep(kept, text.size());
}

} // namespace mantissa
