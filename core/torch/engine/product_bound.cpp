// SPDX-License-Identifier: Apache-2.0
#include "core/torch/engine/product_bound.h"

#include "core/base/seconds.h"
#include "core/base/statistics.h"
#include "core/record/device_choice.h"
#include "core/torch/device/device_memory.h"
#include "core/torch/device/open_device.h"
#include "core/torch/engine/guarded.h"
#include "core/torch/models/product.h"
#include "core/torch/state/parameter.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/record_function.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <string_view>
#include <vector>

namespace mantissa {

namespace {

constexpr int warmUpSteps = 2;
constexpr int timedSteps = 7;
constexpr int leastRepeats = 5; // of a product
constexpr double enoughSeconds = 0.15; // for one kind of product, once there are so many
constexpr double budgetSeconds = 30; // for all kinds

/// What makes an operand as fast or slow as it is; its numbers do not.
struct Operand {
    std::vector<std::int64_t> sizes{};
    std::vector<std::int64_t> strides{};
    at::ScalarType type = at::kFloat;
};

/// A product as a step made it. Tensors stand as operands, in the places where the stack has none.
struct Product {
    c10::OperatorName name{"", ""};
    std::vector<c10::IValue> stack{};
    std::map<std::size_t, Operand> operands{};
    std::int64_t count = 0;
};

/// Products that do not call each other.
bool isProduct(std::string_view name)
{
    return name == "aten::mm" || name == "aten::addmm" || name == "aten::bmm" || name == "aten::baddbmm"
        || name == "aten::convolution" || name == "aten::convolution_backward"
        || name.starts_with("aten::_scaled_dot_product_flash")
        || name.starts_with("aten::_scaled_dot_product_efficient")
        || name.starts_with("aten::_scaled_dot_product_cudnn") || name.starts_with("mantissa::attention")
        || name == "mkldnn::_linear_pointwise";
}

/// Takes down the products that are made while it lives, on any thread.
class ProductRecorder {
public:
    ProductRecorder()
    {
        s_products.clear();
        m_handle = at::addGlobalCallback(at::RecordFunctionCallback(
            [](const at::RecordFunction& function) -> std::unique_ptr<at::ObserverContext> {
                if (isProduct(function.name()) && function.operator_name())
                    take(*function.operator_name(), function.inputs());
                return nullptr;
            })
                                             .needsInputs(true)
                                             .scopes({at::RecordScope::FUNCTION}));
    }
    ~ProductRecorder() { at::removeCallback(m_handle); }
    ProductRecorder(const ProductRecorder&) = delete;
    ProductRecorder& operator=(const ProductRecorder&) = delete;

    static std::vector<Product> products()
    {
        std::vector<Product> all;
        for (auto& [key, product] : s_products)
            all.push_back(product);
        return all;
    }

private:
    static void take(const c10::OperatorName& name, c10::ArrayRef<const c10::IValue> inputs)
    {
        Product product{.name = name};
        std::string key = name.name;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const c10::IValue& input = inputs[i];
            product.stack.push_back(input.isTensor() ? c10::IValue() : input);
            if (!input.isTensor() || !input.toTensor().defined()) {
                if (!input.isNone() && !input.isTensor())
                    key += fmt::format(" {}", input.isScalar() ? input.toScalar().to<double>() : 0);
                continue;
            }
            const at::Tensor& tensor = input.toTensor();
            Operand operand{tensor.sizes().vec(), tensor.strides().vec(), tensor.scalar_type()};
            key += fmt::format(" {}:{}:{}:{}", i, fmt::join(operand.sizes, "x"),
                fmt::join(operand.strides, ","), c10::toString(operand.type));
            product.operands.emplace(i, std::move(operand));
        }
        const std::lock_guard lock(s_mutex);
        ++s_products.try_emplace(key, std::move(product)).first->second.count;
    }

    at::CallbackHandle m_handle = 0;
    inline static std::mutex s_mutex{};
    inline static std::map<std::string, Product> s_products{};
};

at::Tensor made(const Operand& operand, at::Device device)
{
    const at::Tensor tensor
        = at::empty_strided(operand.sizes, operand.strides, at::TensorOptions(operand.type).device(device));
    if (at::isFloatingType(operand.type))
        return tensor.normal_();
    return tensor.zero_();
}

/// The fastest of several calls, each waited for.
double fastest(at::Device device, double budget, const std::function<void()>& call)
{
    call(); // libraries prepare what they need at the first one
    finishWork(device);
    double least = INFINITY;
    double spent = 0;
    for (int i = 0; i < leastRepeats || spent < std::min(budget, enoughSeconds); ++i) {
        const SteadyTime start = steadyNow();
        call();
        finishWork(device);
        const double seconds = secondsSince(start);
        least = std::min(least, seconds);
        spent += seconds;
        if (spent > budget)
            break;
    }
    return least;
}

double secondsOf(const Product& product, at::Device device, double budget)
{
    const auto op = c10::Dispatcher::singleton().findSchemaOrThrow(
        product.name.name.c_str(), product.name.overload_name.c_str());
    std::vector<c10::IValue> inputs = product.stack;
    for (const auto& [place, operand] : product.operands)
        inputs[place] = made(operand, device);
    double least = fastest(device, budget, [&] {
        torch::jit::Stack stack(inputs.begin(), inputs.end());
        op.callBoxed(stack);
    });
    const bool isTransposed = product.name.name == "mkldnn::_linear_pointwise";
    if (product.name.name != "aten::mm" && !isTransposed)
        return least;
    // a layout or a library that makes the product slow does not raise the share
    const at::Tensor a = inputs[0].toTensor().contiguous();
    const at::Tensor b
        = isTransposed ? inputs[1].toTensor().t().contiguous() : inputs[1].toTensor().contiguous();
    least = std::min(least, fastest(device, budget, [&] { at::mm(a, b); }));
    return std::min(least, fastest(device, budget, [&] { plainProduct(a, b, {}); }));
}

/// Of a plain product; 0 for attention and convolutions.
double flopsOf(const Product& product)
{
    const bool adds = product.name.name == "aten::addmm" || product.name.name == "aten::baddbmm";
    const bool isTransposed = product.name.name == "mkldnn::_linear_pointwise";
    if (!adds && !isTransposed && product.name.name != "aten::mm" && product.name.name != "aten::bmm")
        return 0;
    const std::size_t first = adds ? 1 : 0;
    const auto& a = product.operands.at(first).sizes;
    const double elements = std::accumulate(
        a.begin(), a.end(), 1.0, [](double sum, std::int64_t n) { return sum * static_cast<double>(n); });
    const auto& b = product.operands.at(first + 1).sizes;
    return 2 * elements * static_cast<double>(isTransposed ? b.front() : b.back());
}

std::string formatOf(at::ScalarType type)
{
    return type == at::kFloat   ? "fp32"
        : type == at::kBFloat16 ? "bf16"
        : type == at::kHalf     ? "fp16"
                                : c10::toString(type);
}

ProductMeasured shown(const Product& product, double seconds)
{
    std::vector<std::string> shapes;
    for (const auto& [place, operand] : product.operands)
        shapes.push_back(fmt::format("{}", fmt::join(operand.sizes, "×")));
    constexpr std::size_t most = 3; // of attention the rest has the same shapes
    if (shapes.size() > most)
        shapes.resize(most);
    return {.operation = product.name.name.substr(product.name.name.find("::") + 2),
        .shape = fmt::format("{}", fmt::join(shapes, " · ")),
        .format = formatOf(product.operands.begin()->second.type),
        .count = product.count,
        .seconds = seconds};
}

double peakFlopsOf(at::ScalarType type, at::Device device)
{
    const std::int64_t side = device.is_cpu() ? 1024 : 8192;
    const Operand square{{side, side}, {side, 1}, type};
    const at::Tensor a = made(square, device), b = made(square, device);
    const double n = static_cast<double>(side);
    return 2 * n * n * n / fastest(device, 1, [&] { at::mm(a, b); });
}

Result<std::vector<double>> stepSeconds(Engine& engine, std::int64_t first, int steps)
{
    std::vector<double> seconds;
    for (int i = 0; i < steps; ++i) {
        const auto report = engine.step({.step = first + i, .learningRate = 1e-5});
        if (!report)
            return fail(report.error());
        seconds.push_back(report->seconds);
    }
    return seconds;
}

/// What a step is made of, and how long one takes.
Result<std::vector<Product>> productsOfAStep(const EngineSetup& setup, ProductBound& bound)
{
    const auto parts = makeTorchEngine(setup);
    if (!parts)
        return fail(parts.error());
    Engine& engine = *parts->engine;
    bound.device = engine.facts().device;
    if (const auto entered = engine.enter(Phase::Full, setup.config.choices.resolve(Phase::Full)); !entered)
        return fail(entered.error());
    if (const auto warm = stepSeconds(engine, 0, warmUpSteps); !warm)
        return fail(warm.error());
    std::vector<Product> products;
    {
        const ProductRecorder recorder;
        if (const auto taken = stepSeconds(engine, warmUpSteps, 1); !taken)
            return fail(taken.error());
        products = ProductRecorder::products();
    }
    auto timed = stepSeconds(engine, warmUpSteps + 1, timedSteps);
    if (!timed)
        return fail(timed.error());
    bound.stepSeconds = medianOf(std::move(*timed));
    bound.steps = timedSteps;
    bound.threads = at::get_num_threads();
    return products;
}

} // namespace

Result<ProductBound> measureProducts(const EngineSetup& setup)
{
    if (!hasRealSeconds(setup.config))
        return fail(whyNoSpeed(setup.config), ExitCode::Usage);
    ProductBound bound;
    const auto products = productsOfAStep(setup, bound);
    if (!products)
        return fail(products.error());
    return guarded([&]() -> Result<ProductBound> {
        const at::NoGradGuard noGraph;
        const auto device = openDevice(setup.config.memory);
        if (!device)
            return fail(device.error());
        const double each = budgetSeconds / static_cast<double>(std::max<std::size_t>(1, products->size()));
        for (const Product& product : *products) {
            const double seconds = secondsOf(product, *device, each);
            bound.productSeconds += seconds * static_cast<double>(product.count);
            bound.flops += flopsOf(product) * static_cast<double>(product.count);
            bound.products.push_back(shown(product, seconds));
        }
        std::sort(bound.products.begin(), bound.products.end(), [](const auto& a, const auto& b) {
            return a.seconds * static_cast<double>(a.count) > b.seconds * static_cast<double>(b.count);
        });
        const at::ScalarType type = scalarTypeOf(setup.config.choices.resolve(Phase::Full).compute);
        bound.peakFlops = peakFlopsOf(
            bound.products.empty() || bound.products.front().format != "fp32" ? type : at::kFloat, *device);
        return bound;
    });
}

} // namespace mantissa
