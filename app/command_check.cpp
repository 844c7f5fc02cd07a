// SPDX-License-Identifier: Apache-2.0
// check: devices, and what each number format costs on them.

#include "app/commands.h"
#include "app/engine_loader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

ExitCode check(bool json)
{
    const auto engine = loadEngine();
    if (!engine)
        return complain(engine.error());
    const auto checked = (*engine)->checkDevices();
    if (!checked)
        return complain(checked.error());
    if (json) {
        fmt::print("{}\n", jsonText(*checked));
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
    if (result["cuda"] == "off")
        fmt::print("CUDA is off: {}\n", result["cuda_problem"].get<std::string>());
    return agrees ? ExitCode::Done : ExitCode::Failed;
}

} // namespace

void addCheck(CLI::App& app, Command& chosen)
{
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(
        "check", "Devices here: formats, native or emulated, speed, agreement with FP32");
    command->add_flag("--json", *json, "Print one object on stdout");
    command->callback([json, &chosen] { chosen = [json] { return check(*json); }; });
}

} // namespace mantissa
