// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where LibTorch's exceptions end: each call into it that can throw goes through here.

#include "core/base/result.h"
#include "core/torch/memory/counted_allocator.h"

#include <c10/util/Exception.h>

#include <exception>
#include <string>

namespace mantissa {

/// Leaves work that somebody no longer waits for.
struct Interruption : std::exception { };

/// The first line of what LibTorch says; the rest is a stack trace.
inline std::string firstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Runs `work`, which returns a Result, and turns exceptions into Errors: OutOfMemory for memory, Interrupted
/// for an Interruption, Failed for the rest.
template <class Work> auto guarded(Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const Interruption&) {
        return fail("interrupted", ExitCode::Interrupted);
    } catch (const c10::OutOfMemoryError& e) {
        std::string text = firstLine(e.what_without_backtrace());
        const CountedAllocator& allocator = CountedAllocator::instance();
        if (allocator.hasAccelerator()) // whose allocator knows no classes
            text += ": " + allocator.devicePeakText();
        // whose limit it was: the config's, or a card's own
        const char* wayOut = text.find("budget") != std::string::npos
            ? "; raise memory.budget, or choose a preset or batch size that needs less"
            : "; choose a preset or batch size that needs less, or a card with more memory";
        return fail("out of memory: " + text + wayOut, ExitCode::OutOfMemory);
    } catch (const c10::Error& e) {
        const std::string text = firstLine(e.what_without_backtrace());
        const bool memory = text.find("can't allocate memory") != std::string::npos;
        return fail((memory ? "out of memory: " : "the engine failed: ") + text,
            memory ? ExitCode::OutOfMemory : ExitCode::Failed);
    } catch (const std::bad_alloc&) {
        return fail("out of memory: the system has no more; choose a preset or batch size that needs less",
            ExitCode::OutOfMemory);
    } catch (const std::exception& e) {
        return fail("the engine failed: " + firstLine(e.what()));
    }
}

} // namespace mantissa
