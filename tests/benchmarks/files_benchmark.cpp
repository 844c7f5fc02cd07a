// SPDX-License-Identifier: Apache-2.0
// Reading what others wrote: text into tokens (the vocabularies of the tests, small but of every kind; a real
// one by MANTISSA_BENCHMARK_TOKENIZER=FOLDER), and safetensors from the page cache.

#include "core/base/file.h"
#include "core/data/tokenizer.h"
#include "core/files/safetensors.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

/// Our guide again and again: prose, code and numbers.
std::string someText(std::size_t bytes)
{
    const auto guide = readFile(MANTISSA_GUIDE);
    std::string text;
    while (guide && text.size() < bytes)
        text += *guide;
    return text;
}

fs::path tokenizerFile(const std::string& name)
{
    const char* own = std::getenv("MANTISSA_BENCHMARK_TOKENIZER"); // NOLINT(concurrency-mt-unsafe)
    if (name == "own")
        return own ? own : "";
    return fs::path(MANTISSA_TEST_DATA) / "tokenizers" / (name + ".json");
}

void encode(benchmark::State& state, const std::string& name)
{
    const auto tokenizer = readTokenizer(tokenizerFile(name));
    if (!tokenizer)
        return state.SkipWithError(tokenizer.error().message.c_str());
    const std::string text = someText(1 << 20);
    for (auto _ : state)
        (*tokenizer)->stream(text, [](std::span<const TokenId> ids) {
            benchmark::DoNotOptimize(ids.data());
            return true;
        });
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void decode(benchmark::State& state, const std::string& name)
{
    const auto tokenizer = readTokenizer(tokenizerFile(name));
    if (!tokenizer)
        return state.SkipWithError(tokenizer.error().message.c_str());
    std::vector<TokenId> ids;
    for (const Token& token : (*tokenizer)->encode(someText(1 << 20), false))
        ids.push_back(token.id);
    for (auto _ : state)
        benchmark::DoNotOptimize((*tokenizer)->decode(ids, false));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(ids.size()));
}

void readVocabulary(benchmark::State& state, const std::string& name)
{
    for (auto _ : state) {
        const auto tokenizer = readTokenizer(tokenizerFile(name));
        if (!tokenizer)
            return state.SkipWithError(tokenizer.error().message.c_str());
        benchmark::DoNotOptimize(tokenizer->get());
    }
}

/// A file of equal matrices in FP32, gone with this object.
class TensorFile {
public:
    TensorFile(std::int64_t tensors, std::int64_t elements)
        : m_file(fs::temp_directory_path() / ("benchmark-" + std::to_string(::getpid()) + ".safetensors"))
    {
        std::vector<SafetensorsSource> sources;
        for (std::int64_t i = 0; i < tensors; ++i)
            sources.push_back({"model.layers." + std::to_string(i) + ".self_attn.q_proj.weight", "F32",
                {elements}, [elements](void* target) {
                    std::memset(target, 1, static_cast<std::size_t>(elements) * sizeof(float));
                }});
        m_written = static_cast<bool>(writeSafetensors(m_file, sources, {{"format", "pt"}}));
    }
    ~TensorFile()
    {
        std::error_code ignored;
        fs::remove(m_file, ignored);
    }
    TensorFile(const TensorFile&) = delete;
    TensorFile& operator=(const TensorFile&) = delete;

    bool isWritten() const { return m_written; }
    const fs::path& path() const { return m_file; }

private:
    fs::path m_file;
    bool m_written = false;
};

void readHeader(benchmark::State& state)
{
    const TensorFile file(state.range(0), 16);
    if (!file.isWritten())
        return state.SkipWithError("the file of tensors could not be written");
    for (auto _ : state)
        benchmark::DoNotOptimize(readSafetensorsHeader(file.path())->entries.data());
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(readHeader)->Arg(100)->Arg(3000);

void readTensors(benchmark::State& state)
{
    const TensorFile file(state.range(0), state.range(1));
    const auto header = readSafetensorsHeader(file.path());
    if (!header)
        return state.SkipWithError(header.error().message.c_str());
    std::vector<float> target(static_cast<std::size_t>(state.range(1)));
    for (auto _ : state)
        for (const SafetensorsEntry& entry : header->entries)
            if (!readSafetensorsEntry(file.path(), *header, entry, target.data()))
                return state.SkipWithError("a tensor could not be read");
    state.SetBytesProcessed(state.iterations() * state.range(0) * state.range(1) * 4);
}
BENCHMARK(readTensors)->Args({1000, 1024})->Args({32, 1 << 20});

void addTokenizers()
{
    std::vector<std::string> names{"gpt2", "smollm2", "llama3", "llama2", "gemma", "qwen2"};
    if (std::getenv("MANTISSA_BENCHMARK_TOKENIZER")) // NOLINT(concurrency-mt-unsafe)
        names = {"own"};
    for (const std::string& name : names) {
        benchmark::RegisterBenchmark(("encode/" + name).c_str(), encode, name)->Unit(benchmark::kMillisecond);
        benchmark::RegisterBenchmark(("decode/" + name).c_str(), decode, name)->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark(("readVocabulary/" + names.front()).c_str(), readVocabulary, names.front())
        ->Unit(benchmark::kMillisecond);
}

} // namespace

} // namespace mantissa

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    mantissa::addTokenizers();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
