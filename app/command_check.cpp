// SPDX-License-Identifier: Apache-2.0
// check: devices, and what each number format costs on them; what the products of a run's steps allow.

#include "app/commands.h"
#include "app/engine_loader.h"
#include "app/scratch_states.h"
#include "core/base/file.h"
#include "core/base/shown_text.h"
#include "core/base/units.h"
#include "core/card/cards.h"
#include "core/evidence/experiment_folder.h"
#include "core/files/libtorch_folder.h"
#include "core/record/run_store.h"
#include "core/record/saved_weights.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

/// A reading that is missing is null.
Json toJson(const CardFacts& card)
{
    const auto orNull = [](const auto& value) { return value ? Json(*value) : Json(); };
    const CardReading& now = card.now;
    return {{"name", card.name}, {"uuid", card.uuid}, {"celsius", orNull(now.celsius)},
        {"watts", orNull(now.watts)}, {"limit_watts", orNull(now.limitWatts)},
        {"megahertz", orNull(now.megahertz)}, {"memory_megahertz", orNull(now.memoryMegahertz)},
        {"load_percent", orNull(now.loadPercent)}, {"total_bytes", orNull(now.totalBytes)},
        {"used_bytes", orNull(now.usedBytes)}, {"others_bytes", orNull(now.othersBytes)}};
}

Json toJson(const CardList& list)
{
    Json cards = Json::array();
    for (const CardFacts& card : list.cards)
        cards.push_back(toJson(card));
    return {{"list", cards}, {"driver", list.driver}, {"problem", list.problem}};
}

void printCards(const CardList& list)
{
    if (!list.driver.empty())
        fmt::print("NVIDIA driver {}\n", list.driver);
    if (!list.problem.empty())
        fmt::print("cards: none; {}\n", list.problem);
    for (std::size_t i = 0; i < list.cards.size(); ++i)
        fmt::print("cuda:{}  {}  {}\n        {}\n", i, titleOf(list.cards[i]), list.cards[i].uuid,
            sentenceOf(list.cards[i].now));
}

/// The places of LibTorch, in their order.
Json toJson(const std::vector<LibTorchPlace>& places)
{
    Json list = Json::array();
    for (const LibTorchPlace& place : places) {
        Json entry{{"place", place.name}, {"used", place.isUsed}};
        if (place.found) {
            entry["folder"] = place.found->folder.string();
            entry["version"] = place.found->version;
        } else
            entry["problem"] = place.found.error().message;
        list.push_back(std::move(entry));
    }
    return list;
}

void printPlaces(const std::vector<LibTorchPlace>& places)
{
    for (const LibTorchPlace& place : places) {
        const std::string what = place.found
            ? fmt::format("{} in {}", place.found->version, place.found->folder.string())
            : place.found.error().message;
        fmt::print("LibTorch  {:<4}  {}: {}\n", place.isUsed ? "used" : "-", place.name, shown(what));
    }
}

ExitCode check(bool json)
{
    const auto places = lookAtAll(LibTorchPlaces::ofThisProcess());
    if (!json)
        printPlaces(places);
    const CardList cards = listCards();
    const auto engine = loadEngine();
    if (!engine)
        return complain(engine.error());
    const auto checked = (*engine)->checkDevices();
    if (!checked)
        return complain(checked.error());
    if (json) {
        Json whole = *checked;
        whole["cards"] = toJson(cards);
        whole["libtorch"] = toJson(places);
        fmt::print("{}\n", jsonText(whole));
        return ExitCode::Done;
    }
    const Json& result = *checked;
    bool agrees = true;
    for (const Json& device : result["devices"]) {
        fmt::print("{}\n", device["name"].get<std::string>());
        for (const auto& [name, format] : device["formats"].items()) {
            agrees = agrees && format["agrees"].get<bool>();
            fmt::print("  {}  {:<9} {:5.2f} x the speed of FP32   forward and backward {} (largest relative "
                       "error {:.1e})\n",
                name, format["how"].get<std::string>(), format["speed_against_fp32"].get<double>(),
                format["agrees"].get<bool>() ? "agree" : "DISAGREE",
                format["largest_relative_error"].get<double>());
        }
    }
    const auto differing = result["update"]["differing"].get<std::int64_t>();
    fmt::print("update: {}\n",
        differing == 0 ? "AdamW gives the bits of LibTorch's fused one"
                       : fmt::format("AdamW differs from LibTorch's fused one in {} numbers of {} weights "
                                     "with their moments; runs here "
                                     "agree with each other, not with torch.optim to the last bit",
                           differing, result["update"]["elements"].get<std::int64_t>()));
    printCards(cards);
    if (result["cuda"] == "off")
        fmt::print("CUDA is off: {}\n", result["cuda_problem"].get<std::string>());
    return agrees ? ExitCode::Done : ExitCode::Failed;
}

/// Of a config file, or of a run, which keeps it.
Result<RunConfig> configAt(const std::string& place)
{
    if (const auto status = checkNoExperiment(place); !status)
        return fail(status.error());
    if (runAt(place))
        return readRunConfig(placeOf(place));
    auto loaded = loadConfig(place);
    return loaded ? Result<RunConfig>(std::move(loaded->config)) : fail(loaded.error());
}

void print(const ProductBound& bound)
{
    constexpr std::size_t shownProducts = 8;
    fmt::print("{}, {} threads\n", bound.device, bound.threads);
    fmt::print("a step takes {} (median of {}); its products alone, each at the fastest measured for its "
               "shape, {}\n",
        formatSeconds(bound.stepSeconds), bound.steps, formatSeconds(bound.productSeconds));
    fmt::print("{}; {:.0f} % of the speed of the fastest product ({:.1f} GFLOP/s)\n", sentenceOf(bound),
        100 * bound.shareOfPeak(), bound.peakFlops / 1e9);
    for (std::size_t i = 0; i < std::min(shownProducts, bound.products.size()); ++i) {
        const ProductMeasured& product = bound.products[i];
        fmt::print("  {:5.1f} %  {} × {} {} {}, {:.3g} ms each\n",
            100 * product.seconds * static_cast<double>(product.count) / bound.productSeconds, product.count,
            product.operation, product.shape, product.format, 1e3 * product.seconds);
    }
}

ExitCode checkProducts(const std::string& place, bool json)
{
    auto config = configAt(place);
    if (!config)
        return complain(config.error());
    const auto engine = loadEngine();
    if (!engine)
        return complain(engine.error());
    const ScratchStates states(config->memory);
    const auto bound = (*engine)->measureProducts({.config = *config, .statesFile = states.file()});
    if (!bound)
        return complain(bound.error());
    if (const auto run = runAt(place))
        if (const auto status = writeProductBound(*run, *bound); !status)
            return complain(status.error());
    if (json)
        fmt::print("{}\n", jsonText(toJson(*bound)));
    else
        print(*bound);
    return ExitCode::Done;
}

} // namespace

void addCheck(CLI::App& app, Command& chosen)
{
    auto json = std::make_shared<bool>(false);
    auto place = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "check", "Devices here: formats, native or emulated, speed, agreement with FP32");
    command->add_option("config", *place,
        "Config file or run: measures how much of a step's time its products need (a run keeps it for its "
        "report)");
    command->add_flag("--json", *json, "Print one object on stdout");
    command->callback([json, place, &chosen] {
        chosen = [json, place] { return place->empty() ? check(*json) : checkProducts(*place, *json); };
    });
}

} // namespace mantissa
