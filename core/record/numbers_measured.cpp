// SPDX-License-Identifier: Apache-2.0
#include "core/record/numbers_measured.h"

#include "core/record/event_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mantissa {

namespace {

Json toJson(const TensorsHeld& held)
{
    if (held.format == TensorsHeld::unknown)
        return held.format;
    return held.format.empty()
        ? Json()
        : Json{{"format", held.format}, {"tier", nameOf(held.tier)}, {"bytes", held.bytes}};
}

TensorsHeld heldFrom(const Json* json)
{
    TensorsHeld held;
    if (json && json->is_string() && json->get_ref<const std::string&>() == TensorsHeld::unknown)
        held.format = TensorsHeld::unknown;
    if (!json || !json->is_object())
        return held;
    const LineReader r(*json);
    r("format", held.format), r.named("tier", held.tier, parseTier), r("bytes", held.bytes);
    return held;
}

Json toJson(const RangeShares& shares)
{
    return {{"overflow", jsonNumber(shares.overflow)}, {"subnormal", jsonNumber(shares.subnormal)},
        {"underflow", jsonNumber(shares.underflow)}};
}

RangeShares sharesFrom(const Json* json)
{
    RangeShares shares;
    if (!json || !json->is_object())
        return shares;
    const LineReader r(*json);
    r("overflow", shares.overflow), r("subnormal", shares.subnormal), r("underflow", shares.underflow);
    return shares;
}

Json toJson(const FormatStatistics& format)
{
    return {{"weights", toJson(format.weights)}, {"gradients", toJson(format.gradients)},
        {"cancelled", jsonNumber(format.cancelled)},
        {"effective_descent", jsonNumber(format.effectiveDescent)},
        {"sqnr_db", jsonNumber(format.sqnrDecibels)}};
}

FormatStatistics formatFrom(const Json* json)
{
    FormatStatistics format;
    if (!json || !json->is_object())
        return format;
    const LineReader r(*json);
    format.weights = sharesFrom(r.find("weights"));
    format.gradients = sharesFrom(r.find("gradients"));
    r("cancelled", format.cancelled), r("effective_descent", format.effectiveDescent),
        r("sqnr_db", format.sqnrDecibels);
    return format;
}

/// The bins from the first that holds anything: {"from": exponent, "counts": […]}.
Json toJson(const ExponentHistogram& bins)
{
    const auto isFilled = [](std::int64_t count) { return count != 0; };
    const auto first = std::find_if(bins.begin(), bins.end(), isFilled);
    const auto last = std::find_if(bins.rbegin(), std::make_reverse_iterator(first), isFilled).base();
    return {{"from", firstExponentBin + (first - bins.begin())},
        {"counts", std::vector<std::int64_t>(first, last)}};
}

ExponentHistogram binsFrom(const Json* json)
{
    ExponentHistogram bins{};
    if (!json || !json->is_object())
        return bins;
    std::int64_t from = firstExponentBin;
    const LineReader r(*json);
    r("from", from);
    const Json* counts = r.find("counts");
    const auto size = static_cast<std::int64_t>(bins.size());
    if (!counts || !counts->is_array() || from < firstExponentBin || from >= firstExponentBin + size)
        return bins;
    auto bin = static_cast<std::size_t>(from - firstExponentBin);
    for (const Json& count : *counts)
        if (bin < bins.size() && count.is_number_integer())
            bins[bin++] = count.get<std::int64_t>();
    return bins;
}

Json orNull(std::optional<std::int64_t> count) { return count ? Json(*count) : Json(); }

Json toJson(const NumberGroup& g)
{
    return {{"name", g.name}, {"tensors", g.tensors}, {"elements", g.elements},
        {"held",
            {{"weights", toJson(g.weights)}, {"remainder", toJson(g.remainder)},
                {"moments", toJson(g.moments)}}},
        {"sampled", g.sampled}, {"nan", orNull(g.nans)}, {"infinite", orNull(g.infinities)},
        {"bf16", toJson(g.bf16)}, {"fp16", toJson(g.fp16)},
        {"update_ratio_median", jsonNumber(g.updateRatioMedian)},
        {"update_ratio_p99", jsonNumber(g.updateRatioP99)}, {"zero_updates", g.zeroUpdates},
        {"weight_exponents", toJson(g.weightExponents)}, {"gradient_exponents", toJson(g.gradientExponents)},
        {"update_exponents", toJson(g.updateExponents)}};
}

NumberGroup groupFrom(const Json& json)
{
    NumberGroup g;
    if (!json.is_object())
        return g;
    const LineReader r(json);
    r("name", g.name), r("tensors", g.tensors), r("elements", g.elements), r("sampled", g.sampled);
    if (const Json* held = r.find("held"); held && held->is_object()) {
        const LineReader h(*held);
        g.weights = heldFrom(h.find("weights"));
        g.remainder = heldFrom(h.find("remainder"));
        g.moments = heldFrom(h.find("moments"));
    }
    for (const auto& [key, count] : {std::pair("nan", &g.nans), std::pair("infinite", &g.infinities)})
        if (const Json* found = r.find(key); found && found->is_number_integer())
            *count = found->get<std::int64_t>();
    g.bf16 = formatFrom(r.find("bf16"));
    g.fp16 = formatFrom(r.find("fp16"));
    r("update_ratio_median", g.updateRatioMedian), r("update_ratio_p99", g.updateRatioP99),
        r("zero_updates", g.zeroUpdates);
    g.weightExponents = binsFrom(r.find("weight_exponents"));
    g.gradientExponents = binsFrom(r.find("gradient_exponents"));
    g.updateExponents = binsFrom(r.find("update_exponents"));
    return g;
}

} // namespace

std::string numberGroupOf(std::string_view tensor)
{
    const auto holds = [&](std::string_view part) { return tensor.find(part) != std::string_view::npos; };
    if (holds("wte.") || holds("wpe.") || holds("embed_tokens."))
        return "embedding";
    if (holds("lm_head."))
        return "head.projection";
    std::string prefix = "head.";
    for (const std::string_view list : {"transformer.h.", "model.layers."})
        if (tensor.starts_with(list)) {
            const std::string_view rest = tensor.substr(list.size());
            prefix = "blocks." + std::string(rest.substr(0, rest.find('.'))) + ".";
        }
    if (holds("attn."))
        return prefix + "attention";
    if (holds("mlp."))
        return prefix + "mlp";
    if (holds("ln_") || holds("norm."))
        return prefix + "norm";
    return std::string(tensor.substr(0, tensor.rfind('.'))); // models of images: "conv1"
}

Json write(const NumbersMeasured& e)
{
    Json groups = Json::array();
    for (const NumberGroup& group : e.groups)
        groups.push_back(toJson(group));
    return {{"event", "numbers"}, {"tick", e.tick}, {"step", e.step}, {"exact", e.isExact},
        {"seconds", jsonNumber(e.seconds)}, {"groups", groups}};
}

void read(const LineReader& r, NumbersMeasured& e)
{
    r("tick", e.tick), r("step", e.step), r("exact", e.isExact), r("seconds", e.seconds);
    if (const Json* groups = r.find("groups"); groups && groups->is_array())
        for (const Json& group : *groups)
            e.groups.push_back(groupFrom(group));
}

} // namespace mantissa
