// SPDX-License-Identifier: Apache-2.0
// benchmark shapes: a config's steps at other widths, depths, contexts and batches, each changed alone.

#include "app/commands.h"
#include "app/config_options.h"
#include "app/progress.h"
#include "app/scratch_states.h"
#include "app/timed_steps.h"
#include "core/base/shell_word.h"
#include "core/output/shapes_report.h"
#include "core/record/environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace mantissa {

namespace {

struct ShapesOptions {
    std::string config{};
    ConfigOptions change{};
    std::vector<double> factors{0.25, 0.5, 1, 2, 4};
    TimedSteps timed{.warmUp = 2, .steps = 7};
    std::int64_t rounds = 3;
    bool noBound = false;
    bool json = false;
    std::string output{};
};

std::string keyOf(ShapeKind kind)
{
    return kind == ShapeKind::Batch ? "training.batch_size" : "model." + nameOf(kind);
}

/// The config's own value; nothing where it has none, as a convnet has no layers.
std::optional<std::int64_t> ownValue(const Json& config, ShapeKind kind)
{
    const Json& group = config.at(kind == ShapeKind::Batch ? "training" : "model");
    const auto found = group.find(kind == ShapeKind::Batch ? "batch_size" : nameOf(kind));
    return found != group.end() && found->is_number_integer() ? std::optional(found->get<std::int64_t>())
                                                              : std::nullopt;
}

/// Whether a number of heads, or of what else goes with the width, can be changed by the factor.
bool scales(std::int64_t own, double factor)
{
    const double scaled = static_cast<double>(own) * factor;
    return scaled >= 1 && scaled == std::floor(scaled);
}

/// key=value for the shape; heads stay as wide as they are. Errors: heads that cannot.
Result<std::vector<std::string>> settingsFor(const Json& config, const ShapePoint& point)
{
    std::vector<std::string> settings{fmt::format("{}={}", keyOf(point.kind), point.value)};
    if (point.kind != ShapeKind::Width)
        return settings;
    for (const char* key : {"heads", "kv_heads", "ffn"})
        if (const auto own = config.at("model").value(key, std::int64_t{0}); own > 0) {
            if (!scales(own, point.factor))
                return fail(fmt::format("model.{} is {} and cannot be {:g} times as many, with heads as wide "
                                        "as they are; choose other --factors",
                    key, own, point.factor));
            settings.push_back(
                fmt::format("model.{}={}", key, std::llround(static_cast<double>(own) * point.factor)));
        }
    return settings;
}

/// Of the operations of all products of a step. Attention's: two products forward and five backward, each
/// over half a square of positions; windows, which see less, are counted as if there were none.
double attentionPart(const Json& config, std::int64_t tokens, double plainFlops)
{
    const Json& model = config.at("model");
    const auto number
        = [&](const char* key) { return static_cast<double>(model.value(key, std::int64_t{0})); };
    const double seen = (number("context") + 1) / 2;
    const double attention = 7 * 2 * number("layers") * static_cast<double>(tokens) * seen * number("width");
    return attention / (attention + plainFlops);
}

bool isAttention(const ProductMeasured& product)
{
    return product.operation.find("attention") != std::string::npos;
}

/// Of rounds the fastest counts: what else the machine does only ever slows steps down.
ShapePoint measured(ShapePoint point, const Throughput& throughput, const Json& config)
{
    if (point.stepSeconds > 0 && point.stepSeconds <= quantile(throughput.turn.stepSeconds, 0.5))
        return point;
    point.parameters = throughput.facts.parameters;
    point.tokensPerSecond = throughput.tokensPerSecond(0.5);
    point.lowTokensPerSecond = throughput.tokensPerSecond(0.25);
    point.highTokensPerSecond = throughput.tokensPerSecond(0.75);
    point.stepSeconds = quantile(throughput.turn.stepSeconds, 0.5);
    point.peakBytes = throughput.turn.peak.devicePeak.total();
    if (point.productShare)
        point.productShare = point.productSeconds / point.stepSeconds;
    if (!throughput.bound)
        return point;
    const ProductBound& bound = *throughput.bound;
    point.productSeconds = bound.productSeconds;
    point.productShare = bound.share();
    double attention = 0;
    for (const ProductMeasured& product : bound.products)
        attention += isAttention(product) ? static_cast<double>(product.count) * product.seconds : 0;
    if (attention > 0) {
        point.attentionShare = attention / bound.productSeconds;
        point.attentionFlops = attentionPart(config, throughput.tokensPerStep, bound.flops);
    }
    return point;
}

/// What cannot be measured says so in the point.
ShapePoint pointAt(
    const ShapesOptions& options, const Json& own, ShapePoint point, std::int64_t round, std::string& device)
{
    const auto whyNot = [&](const Error& error) {
        point.whyNot = error.message;
        return point;
    };
    const auto settings = settingsFor(own, point);
    if (!settings)
        return whyNot(settings.error());
    ConfigOverrides overrides = options.change.overrides();
    overrides.settings.insert(overrides.settings.end(), settings->begin(), settings->end());
    auto loaded = loadConfig(options.config, overrides);
    if (!loaded)
        return whyNot(loaded.error());
    if (const Status fits = checkTimed(loaded->config); !fits)
        return whyNot(fits.error());
    const ScratchStates states(loaded->config.memory);
    TimedSteps timed = options.timed;
    timed.withBound = !options.noBound && round == 0;
    const auto throughput = measureThroughput({.config = loaded->config, .statesFile = states.file()}, timed);
    if (!throughput)
        return whyNot(throughput.error());
    device = throughput->facts.device;
    return measured(point, *throughput, toJson(loaded->config));
}

/// Every value once, in order.
std::vector<ShapePoint> plannedPoints(const ShapesOptions& options, const Json& own)
{
    std::vector<ShapePoint> points;
    for (const ShapeKind kind : allShapeKinds) {
        const auto value = ownValue(own, kind);
        for (const double factor : value ? options.factors : std::vector<double>{}) {
            const auto scaled = std::llround(static_cast<double>(*value) * factor);
            if (scaled >= 1 && (points.empty() || points.back().kind != kind || points.back().value < scaled))
                points.push_back({.kind = kind,
                    .value = scaled,
                    .factor = static_cast<double>(scaled) / static_cast<double>(*value)});
        }
    }
    return points;
}

/// Itself, or where it is the config's own shape the first that is.
ShapePoint& firstLike(std::vector<ShapePoint>& points, ShapePoint& point)
{
    return point.factor == 1 ? *std::find_if(
               points.begin(), points.end(), [](const ShapePoint& other) { return other.factor == 1; })
                             : point;
}

std::string repeatCommand(const ShapesOptions& options)
{
    std::string command = "mantissa-cli benchmark shapes " + shellWord(options.config);
    if (!options.change.preset.empty())
        command += " --preset " + shellWord(options.change.preset);
    for (const std::string& setting : options.change.settings)
        command += " --set " + shellWord(setting);
    return command
        + fmt::format(" --factors {} --steps {} --warmup {} --rounds {}{}", fmt::join(options.factors, ","),
            options.timed.steps, options.timed.warmUp, options.rounds, options.noBound ? " --no-bound" : "");
}

ExitCode shapes(ShapesOptions options)
{
    std::sort(options.factors.begin(), options.factors.end());
    auto loaded = loadConfig(options.config, options.change.overrides());
    if (!loaded)
        return complain(loaded.error());
    tellWords(*loaded);
    if (const Status timed = checkTimed(loaded->config); !timed)
        return complain(timed.error());
    const Json own = toJson(loaded->config);
    ShapesReport report{.name = loaded->config.name,
        .preset = loaded->config.preset,
        .points = plannedPoints(options, own),
        .repeatCommand = repeatCommand(options),
        .environment = machineEnvironment()};
    // a slow minute of the machine falls on a round of many shapes, not on all rounds of one
    for (std::int64_t round = 0; round < options.rounds; ++round)
        for (std::size_t i = 0; i < report.points.size(); ++i) {
            ShapePoint& point = report.points[i];
            if (!point.whyNot.empty() || &firstLike(report.points, point) != &point)
                continue;
            say("round {} of {}, shape {} of {}: {} {}\n", round + 1, options.rounds, i + 1,
                report.points.size(), nameOf(point.kind), point.value);
            point = pointAt(options, own, point, round, report.device);
        }
    for (ShapePoint& point : report.points) { // the config itself stands in every line
        const ShapeKind kind = point.kind;
        const std::int64_t value = point.value;
        point = firstLike(report.points, point);
        point.kind = kind;
        point.value = value;
    }
    if (options.json)
        fmt::print("{}\n", jsonText(shapesJson(report)));
    else
        fmt::print("{}", shapesText(report));
    return options.output.empty() ? ExitCode::Done : writeResult(options.output, shapesHtml(report));
}

constexpr const char* shapesFooter
    = R"(Width (heads stay as wide as they are), layers, context and batch of the config, each changed alone by the factors; what does not fit the machine is left out with a word. All shapes are visited several times in turn, and of each the fastest median counts, since what else a machine does only slows steps down. A shape takes some seconds a round, and up to half a minute more for what its products allow.)";

} // namespace

void addShapes(CLI::App& benchmark, Command& chosen)
{
    auto options = std::make_shared<ShapesOptions>();
    CLI::App* command = benchmark.add_subcommand(
        "shapes", "Tokens a second and memory of a config over width, depth, context and batch, as a report");
    command->add_option("config", options->config, "Config file (JSON)")->required();
    addConfigOptions(*command, options->change, "the config's");
    command->add_option("--factors", options->factors, "What each is multiplied by, separated by commas")
        ->delimiter(',')
        ->check(CLI::Range(1.0 / 1024, 1024.0));
    command->add_option("--steps", options->timed.steps, "Steps that are timed at each shape")
        ->check(CLI::Range(1, 100'000));
    command->add_option("--rounds", options->rounds, "Times that every shape is visited; its fastest counts")
        ->check(CLI::Range(1, 1000));
    command->add_option("--warmup", options->timed.warmUp, "Steps before them")
        ->check(CLI::Range(1, 100'000));
    command->add_flag("--no-bound", options->noBound, "Do not measure what the products allow");
    command->add_option("-o,--out", options->output, "The report as one HTML file");
    command->add_flag("--json", options->json, "Print one object on stdout");
    command->footer(shapesFooter);
    command->callback([options, &chosen] { chosen = [options] { return shapes(*options); }; });
}

} // namespace mantissa
