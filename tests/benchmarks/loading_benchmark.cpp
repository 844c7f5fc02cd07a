// SPDX-License-Identifier: Apache-2.0
// Weights of a model's folder into the form in which they rest, beside `read` of the same files into fresh
// memory; alternating, and what anonymous memory each leaves. Moments are not made.
//
//     OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=2000 loading_benchmark FOLDER [fp32|bf16]      (the settings of
//     the program itself)

#include "core/base/seconds.h"
#include "core/model/family.h"
#include "core/record/folder_weights.h"
#include "core/torch/memory/counted_allocator.h"
#include "core/torch/state/parameter_store.h"
#include "core/torch/torch_backend.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace mantissa;

namespace {

constexpr int repeats = 9;

/// Kilobytes of this process that belong to no file.
std::int64_t anonymousKilobytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:"))
            return std::strtoll(line.c_str() + std::strlen("RssAnon:"), nullptr, 10);
    return 0;
}

double readSeconds(const ModelFolder& folder)
{
    const SteadyTime start = steadyNow();
    for (const auto& name : folder.files) {
        const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        const auto size = static_cast<std::size_t>(::lseek(file, 0, SEEK_END));
        void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        std::size_t done = 0;
        while (done < size) {
            const ssize_t got
                = ::pread(file, static_cast<char*>(memory) + done, size - done, static_cast<off_t>(done));
            if (got <= 0)
                std::abort();
            done += static_cast<std::size_t>(got);
        }
        ::munmap(memory, size);
        ::close(file);
    }
    return secondsSince(start);
}

struct Loaded {
    double seconds = 0;
    double grownMebibytes = 0;
    double weightMebibytes = 0;
};

Loaded load(const char* folder, const ModelDescription& model, Precision form)
{
    const std::int64_t before = anonymousKilobytes();
    const SteadyTime start = steadyNow();
    const auto weights = FolderWeights::open(folder, model);
    if (!weights)
        std::abort();
    ParameterStore store({}, {.form = form});
    const ValueSource values = [&](const TensorDescription& tensor, std::int64_t first, float* to,
                                   std::int64_t n) { (*weights)->read(tensor, first, to, n); };
    for (const BlockDescription& block : model.blocks)
        store.add(model.tensorsOf(block), values);
    return {secondsSince(start), static_cast<double>(anonymousKilobytes() - before) / 1024,
        4 * static_cast<double>(store.elements()) / (1 << 20)};
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main(int count, char** words)
{
    if (count < 2)
        return 2;
    initializeEngine();
    const auto json = readModelConfig(words[1]);
    const auto config = json ? modelFromForeign(*json) : Result<ModelConfig>(fail(json.error()));
    const auto folder = openModelFolder(words[1]);
    if (!config || !folder) {
        std::fprintf(stderr, "%s\n", (config ? folder.error() : config.error()).message.c_str());
        return 1;
    }
    ModelDescription model = describe(*config);
    for (TensorDescription& tensor : model.tensors)
        tensor.trains = false; // so that it has no moments
    const Precision form
        = count > 2 && std::strcmp(words[2], "bf16") == 0 ? Precision::Bf16 : Precision::Fp32;
    std::vector<double> ratios, ours, theirs;
    for (int i = 0; i <= repeats; ++i) {
        CountedAllocator::instance().emptyCache(); // fresh memory for both
        const double reading = readSeconds(*folder);
        const Loaded loaded = load(words[1], model, form);
        if (i == 0) { // before memory is kept for reuse
            std::printf("anonymous memory grew by %.0f MiB, the weights are %.0f MiB\n",
                loaded.grownMebibytes, loaded.weightMebibytes);
            continue;
        }
        ratios.push_back(loaded.seconds / reading);
        ours.push_back(loaded.seconds);
        theirs.push_back(reading);
    }
    std::sort(ratios.begin(), ratios.end());
    std::printf("%s: loading %.3f s, read %.3f s; ratio %.2f [%.2f, %.2f], n = %d\n", nameOf(form).data(),
        median(ours), median(theirs), median(ratios), ratios.front(), ratios.back(), repeats);
    return 0;
}
