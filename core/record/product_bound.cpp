// SPDX-License-Identifier: Apache-2.0
#include "core/record/product_bound.h"

#include "core/base/file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mantissa {

namespace {

constexpr const char* productsFile = "products.json";

} // namespace

Json toJson(const ProductBound& bound)
{
    Json products = Json::array();
    for (const ProductMeasured& product : bound.products)
        products.push_back({{"operation", product.operation}, {"shape", product.shape},
            {"format", product.format}, {"count", product.count}, {"seconds", product.seconds}});
    return {{"device", bound.device}, {"threads", bound.threads}, {"step_seconds", bound.stepSeconds},
        {"steps", bound.steps}, {"product_seconds", bound.productSeconds}, {"share", bound.share()},
        {"flops", bound.flops}, {"peak_flops_per_second", bound.peakFlops},
        {"share_of_peak", bound.shareOfPeak()}, {"products", products}};
}

std::string sentenceOf(const ProductBound& bound)
{
    return fmt::format("{:.0f} % of what the products allow", 100 * bound.share());
}

Status writeProductBound(const std::filesystem::path& runFolder, const ProductBound& bound)
{
    return writeFileAtomically(runFolder / productsFile, jsonText(toJson(bound)) + "\n");
}

std::optional<ProductBound> readProductBound(const std::filesystem::path& runFolder)
try {
    const auto json = readJsonFile(runFolder / productsFile);
    if (!json)
        return std::nullopt;
    ProductBound bound{.device = json->at("device").get<std::string>(),
        .threads = json->at("threads").get<std::int64_t>(),
        .stepSeconds = json->at("step_seconds").get<double>(),
        .steps = json->at("steps").get<std::int64_t>(),
        .productSeconds = json->at("product_seconds").get<double>(),
        .flops = json->at("flops").get<double>(),
        .peakFlops = json->at("peak_flops_per_second").get<double>()};
    for (const Json& product : json->at("products"))
        bound.products.push_back({product.at("operation").get<std::string>(),
            product.at("shape").get<std::string>(), product.at("format").get<std::string>(),
            product.at("count").get<std::int64_t>(), product.at("seconds").get<double>()});
    return bound;
} catch (const Json::exception&) {
    return std::nullopt; // made anew by `check`
}

} // namespace mantissa
