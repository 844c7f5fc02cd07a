// SPDX-License-Identifier: Apache-2.0
#pragma once

// Speed and memory of a config's steps over the shapes around it: width, layers, context and batch, each
// changed alone. What `benchmark shapes` writes.

#include "core/base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mantissa {

enum class ShapeKind { Width, Layers, Context, Batch };
constexpr ShapeKind allShapeKinds[]
    = {ShapeKind::Width, ShapeKind::Layers, ShapeKind::Context, ShapeKind::Batch};
/// "width", "layers", "context", "batch".
std::string nameOf(ShapeKind kind);

struct ShapePoint {
    ShapeKind kind = ShapeKind::Width;
    std::int64_t value = 0;
    double factor = 1; ///< of the config's own value
    std::string whyNot{}; ///< where it was not measured; all below is unknown then
    std::int64_t parameters = 0;
    double tokensPerSecond = 0; ///< median
    double lowTokensPerSecond = 0; ///< quartiles
    double highTokensPerSecond = 0;
    double stepSeconds = 0; ///< median
    std::int64_t peakBytes = 0; ///< on Device
    double productSeconds = 0; ///< of all products of a step, each at its fastest alone
    std::optional<double> productShare{}; ///< the products' time over the step's, 0–1
    std::optional<double> attentionShare{}; ///< of the products' time, 0–1
    std::optional<double> attentionFlops{}; ///< of the operations of products, computed, 0–1
};

struct ShapesReport {
    std::string name{};
    std::string preset{};
    std::string device{};
    std::vector<ShapePoint> points{}; ///< by kind, then by value; the config's own is in each kind
    std::string repeatCommand{};
    Json environment{};
};

/// How the seconds of a step lie on a line over the number of layers; nothing of fewer than three.
struct LayerLine {
    double fixedSeconds = 0;
    double perLayerSeconds = 0;
    double farthest = 0; ///< largest distance of a step from the line, of the step, 0–1
};
std::optional<LayerLine> layerLine(const std::vector<ShapePoint>& points);

/// A sentence for each shape whose products have a share of the step that is lower by more than 0.15 than at
/// the next smaller one: a cliff. That the share rises with size is none: each operation has a fixed cost.
std::vector<std::string> cliffs(const std::vector<ShapePoint>& points);

Json shapesJson(const ShapesReport& report);
/// Self-contained: charts of speed, memory and share over all four, a table and the sentences.
std::string shapesHtml(const ShapesReport& report);
/// What the terminal shows: a row for each point, then the sentences.
std::string shapesText(const ShapesReport& report);

} // namespace mantissa
