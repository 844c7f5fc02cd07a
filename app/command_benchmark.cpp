// SPDX-License-Identifier: Apache-2.0
// benchmark memory: what training steps of real shapes need, measured, beside what the seed's guide says. One
// process a row, so that a row's resident peak is its own.

#include "app/commands.h"
#include "app/engine_loader.h"
#include "app/say.h"
#include "core/base/units.h"
#include "core/memory/estimate.h"
#include "core/model/family.h"
#include "core/record/device_choice.h"
#include "core/record/environment.h"
#include "core/record/run_config.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

/// One training setting. `seedSays` is the guide's figure for the model in GB, 0 where it has none.
struct Row {
    const char* name;
    const char* model;
    const char* preset;
    std::int64_t sequences;
    std::int64_t context;
    std::vector<std::string> settings;
    double seedSays = 0;
    std::int64_t residentLimit = 0; ///< rows whose states do not fit here are estimated only
};

std::vector<std::string> onDisk(std::vector<std::string> more)
{
    for (const Phase phase : allPhases)
        for (const char* part : {"weights", "remainder", "moments"})
            more.push_back(fmt::format("precision.phases.{}.{}=disk", nameOf(phase), part));
    return more;
}

std::vector<std::string> fp32Compute(std::vector<std::string> more)
{
    for (const Phase phase : allPhases)
        more.push_back(fmt::format("precision.phases.{}.compute=fp32", nameOf(phase)));
    return more;
}

const std::vector<Row>& rows()
{
    static const std::string free = "optimizer.max_grad_norm=0";
    static const std::vector<Row> all{{"gpt2-fp32", "gpt2", "conservative", 4, 512, {}},
        {"gpt2-aggressive", "gpt2", "aggressive", 4, 512, {}},
        {"gpt2-balanced", "gpt2", "balanced", 4, 512, {}}, {"gpt2-smallest", "gpt2", "smallest", 4, 512, {}},
        {"1.1b-fp32", "tinyllama-1.1b", "conservative", 1, 256, {free}, 7},
        {"1.1b-balanced", "tinyllama-1.1b", "balanced", 1, 256, {free}, 2},
        {"1.1b-balanced-4x1024", "tinyllama-1.1b", "balanced", 4, 1024, {free}, 2},
        {"1.1b-smallest", "tinyllama-1.1b", "smallest", 1, 256, {free}, 2},
        {"1.1b-smallest-fp32", "tinyllama-1.1b", "smallest", 1, 256, fp32Compute({free}), 7},
        {"7b-fp32", "llama-7b", "conservative", 1, 128, {free}, 28},
        {"7b-disk", "llama-7b", "smallest", 1, 128, onDisk({free}), 13},
        {"7b-disk-fp32", "llama-7b", "smallest", 1, 128, fp32Compute(onDisk({free})), 28}};
    return all;
}

struct BenchmarkOptions {
    std::string row{};
    std::string scratch = ".";
    std::int64_t steps = 3;
    bool json = false;
    std::vector<std::string> only{};
    std::vector<std::string> settings{};
};

/// A text with room for one window, so that every step sees about the same batch.
std::string writeText(const BenchmarkOptions& options, const Row& row)
{
    const fs::path file = fs::path(options.scratch) / fmt::format("benchmark-{}.txt", row.name);
    std::ofstream text(file);
    for (std::int64_t i = 0; i < 2 * (row.context + 2); ++i)
        text << static_cast<char>('a' + i * i % 23);
    return file.string();
}

Result<RunConfig> configOf(const BenchmarkOptions& options, const Row& row, const std::string& text)
{
    const Json file = {{"model", {{"name", row.model}, {"context", row.context}}},
        {"data", {{"kind", "text"}, {"source", text}, {"validation_fraction", 0.5}}},
        {"training", {{"batch_size", row.sequences}, {"max_steps", options.steps}}},
        {"phases", {{"warmup_steps", 0}, {"max_predict_steps", 0}}}};
    std::vector<std::string> settings = row.settings;
    settings.insert(settings.end(), options.settings.begin(), options.settings.end());
    auto loaded = configFromJson(file, {.preset = row.preset, .settings = settings}, ".");
    if (!loaded)
        return fail(loaded.error());
    return loaded->config;
}

Json compositionJson(const MemoryComposition& memory)
{
    Json json = Json::object();
    for (const MemoryClass memoryClass : allMemoryClasses)
        json[std::string(nameOf(memoryClass))] = memory.at(memoryClass);
    return json;
}

/// Bytes this machine must hold for the resting states, whatever the tier but Disk.
std::int64_t restingBytes(const RunConfig& config)
{
    const ResolvedPlan plan = config.choices.resolve(Phase::Full);
    const std::int64_t n = parameterCount(config.model);
    const std::int64_t moments = plan.moments == Tier::Disk ? 0
        : config.choices.moments == MomentsFormat::Int8     ? 2
                                                            : 8;
    const std::int64_t gradients = plan.releaseGradients ? 0 : 4;
    return n * ((plan.weights == Tier::Disk ? 0 : 4) + moments + gradients);
}

Json shownRow(const Row& row, const RunConfig& config)
{
    const MemoryComposition estimate = *estimateMemory(config.estimateInput()).byPhase[indexOf(Phase::Full)];
    return {{"name", row.name}, {"model", row.model}, {"parameters", parameterCount(config.model)},
        {"preset", row.preset}, {"compute", nameOf(config.choices.resolve(Phase::Full).compute)},
        {"tokens", row.sequences * row.context}, {"estimate_device_bytes", estimate.total()},
        {"estimate_by_class", compositionJson(estimate)},
        {"seed_says_bytes", row.seedSays > 0 ? Json(static_cast<std::int64_t>(row.seedSays * 1e9)) : Json()}};
}

Result<Json> measure(const BenchmarkOptions& options, const Row& row, const RunConfig& config)
{
    Json json = shownRow(row, config);
    const std::int64_t needed = restingBytes(config);
    if (needed > totalMemoryBytes() * 8 / 10) {
        json["measured"] = false;
        json["why"] = fmt::format("the states need {} and this machine has {}: estimated only",
            formatBytes(needed), formatBytes(totalMemoryBytes()));
        return json;
    }
    const fs::path states = fs::path(options.scratch) / fmt::format("benchmark-{}.states", row.name);
    auto made = engineFactory()({.config = config, .statesFile = states, .profiles = true});
    if (!made)
        return fail(made.error());
    const auto entered = made->engine->enter(Phase::Full, config.choices.resolve(Phase::Full));
    if (!entered)
        return fail(entered.error());
    json["measured"] = true;
    json["steps"] = Json::array();
    MemoryReading peak = entered->memory;
    double fastest = 0;
    for (std::int64_t step = 0; step < options.steps; ++step) {
        const auto report = made->engine->step({.step = step, .learningRate = 1e-3});
        if (!report)
            return fail(report.error());
        if (report->memory.devicePeak.total() > peak.devicePeak.total())
            peak = report->memory;
        fastest = fastest == 0 ? report->seconds : std::min(fastest, report->seconds);
        json["steps"].push_back({{"loss", report->loss}, {"seconds", report->seconds},
            {"matrix_seconds", report->costs.matrixSeconds},
            {"attention_seconds", report->costs.attentionSeconds},
            {"update_seconds", report->costs.updateSeconds},
            {"disk_wait_seconds", report->costs.diskWaitSeconds},
            {"disk_bytes_read", report->costs.diskBytesRead},
            {"disk_bytes_written", report->costs.diskBytesWritten}});
    }
    json["peak_device_bytes"] = peak.devicePeak.total();
    json["peak_by_class"] = compositionJson(peak.devicePeak);
    json["peak_device_reserved_bytes"] = peak.deviceReservedPeak;
    json["peak_host_bytes"] = peak.hostPeak.total();
    json["disk_bytes"] = peak.diskPeak.total();
    json["peak_rss_bytes"] = peakResidentBytes();
    json["tokens_per_second"]
        = hasRealSeconds(config) ? Json(static_cast<double>(row.sequences * row.context) / fastest) : Json();
    made->engine.reset();
    std::error_code ignored;
    fs::remove(states, ignored);
    return json;
}

ExitCode measureOne(const BenchmarkOptions& options)
{
    for (const Row& row : rows()) {
        if (row.name != options.row)
            continue;
        const std::string text = writeText(options, row);
        const auto config = configOf(options, row, text);
        const auto json = config ? measure(options, row, *config) : Result<Json>(fail(config.error()));
        std::error_code ignored;
        fs::remove(text, ignored);
        if (!json)
            return complain(json.error());
        fmt::print("{}\n", jsonLine(*json));
        return ExitCode::Done;
    }
    return complain({fmt::format("no row is called '{}'", options.row), ExitCode::Usage});
}

/// Runs this program for one row; its stderr passes through.
Result<Json> measureInProcess(const BenchmarkOptions& options, const Row& row)
{
    std::error_code error;
    const std::string program = fs::read_symlink("/proc/self/exe", error).string();
    const auto quoted = [](const std::string& word) {
        std::string text = "'";
        for (const char c : word)
            text += c == '\'' ? "'\\''" : std::string(1, c);
        return text + "'";
    };
    std::string command = fmt::format("{} benchmark memory --row {} --steps {} --scratch {}", quoted(program),
        row.name, options.steps, quoted(options.scratch));
    for (const std::string& setting : options.settings)
        command += " --set " + quoted(setting);
    const auto close = [](std::FILE* pipe) { ::pclose(pipe); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(command.c_str(), "re"), close);
    std::string text;
    std::array<char, 4096> buffer{};
    for (std::size_t got = 1; pipe && got > 0; text.append(buffer.data(), got))
        got = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
    return parseJson(text, fmt::format("row {}", row.name));
}

std::string markdownRow(const Json& r)
{
    const auto bytes = [](const Json& value) {
        return value.is_null() ? std::string("-") : formatBytes(value.get<std::int64_t>());
    };
    const bool measured = r.value("measured", false);
    return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", r.value("name", ""),
        r.value("preset", ""), r.value("compute", ""), r.value("tokens", 0),
        measured ? bytes(r["peak_device_bytes"]) : "estimate " + bytes(r["estimate_device_bytes"]),
        measured ? bytes(r["peak_device_reserved_bytes"]) : "-", bytes(r["estimate_device_bytes"]),
        measured ? bytes(r["peak_rss_bytes"]) : "-",
        measured && !r["tokens_per_second"].is_null()
            ? fmt::format("{:.1f}", r["tokens_per_second"].get<double>())
            : "-",
        bytes(r["seed_says_bytes"]));
}

ExitCode benchmarkMemory(const BenchmarkOptions& options)
{
    if (!options.row.empty())
        return measureOne(options);
    Json all = {{"machine", machineEnvironment()}, {"rows", Json::array()}};
    if (!options.json)
        fmt::print("| row | preset | compute | tokens | peak on Device | reserved | Estimate | resident | "
                   "tokens/s | the guide says |\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
    bool failed = false;
    for (const Row& row : rows()) {
        if (!options.only.empty()
            && std::find(options.only.begin(), options.only.end(), row.name) == options.only.end())
            continue;
        auto json = measureInProcess(options, row);
        if (!json) {
            failed = true;
            say("mantissa-cli: row {} failed\n", row.name);
            continue;
        }
        if (!options.json)
            fmt::print("{}", markdownRow(*json));
        std::fflush(stdout);
        all["rows"].push_back(std::move(*json));
    }
    if (options.json)
        fmt::print("{}\n", jsonText(all));
    return failed ? ExitCode::Failed : ExitCode::Done;
}

} // namespace

void addBenchmark(CLI::App& app, Command& chosen)
{
    CLI::App* benchmark = app.add_subcommand("benchmark", "Measure this machine");
    benchmark->require_subcommand(1);
    auto options = std::make_shared<BenchmarkOptions>();
    CLI::App* memory = benchmark->add_subcommand(
        "memory", "Peak memory of real training steps, 0.1 to 7 billion weights, beside the guide's figures");
    memory->add_option("--only", options->only, "Names of rows, separated by commas")->delimiter(',');
    memory->add_option("--row", options->row, "Measure one row in this process and print it as JSON");
    memory->add_option("--steps", options->steps, "Steps of each row")->check(CLI::Range(1, 1000));
    memory->add_option("--scratch", options->scratch, "Folder for states on disk (7b needs 45 GB)");
    memory->add_option("--set", options->settings, "key=value over each row's config");
    memory->add_flag("--json", options->json, "Print one object on stdout");
    memory->callback([options, &chosen] { chosen = [options] { return benchmarkMemory(*options); }; });
    addThroughput(*benchmark, chosen);
    addShapes(*benchmark, chosen);
}

} // namespace mantissa
