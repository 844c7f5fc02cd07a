// SPDX-License-Identifier: Apache-2.0
// Images from IDX files: each epoch in a seeded order, the test files for evaluation.

#include "core/base/digest.h"
#include "core/data/text_source.h"
#include "core/files/idx.h"
#include "core/model/family.h"
#include "core/torch/data/dataset.h"
#include "core/torch/data/sample_count.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <numeric>
#include <utility>

namespace mantissa {

namespace {

namespace fs = std::filesystem;

// Mean and deviation of Fashion-MNIST's training pixels, 0-1; close enough for other sets of this kind.
constexpr float pixelMean = 0.2860F;
constexpr float pixelDeviation = 0.3530F;

struct LabelledImages {
    IdxArray images;
    IdxArray labels;
    std::int64_t count() const { return images.sizes[0]; }
};

class ImageDataset final : public Dataset {
public:
    ImageDataset(LabelledImages training, LabelledImages evaluation, const RunConfig& config)
        : m_training(std::move(training))
        , m_evaluation(std::move(evaluation))
        , m_batchSize(config.training.batchSize)
        , m_count(config.training)
        , m_seed(config.training.seed)
    {
        const std::int64_t whole = (m_evaluation.count() + m_batchSize - 1) / m_batchSize;
        m_evaluationBatches
            = config.training.evalBatches > 0 ? std::min(config.training.evalBatches, whole) : whole;
        m_read = {.files = 4,
            .trainingSamples = m_training.count(),
            .evaluationSamples = m_evaluation.count(),
            .trainingTokens = m_training.count(),
            .evaluationTokens = m_evaluation.count()};
        Sha256 digest;
        for (const IdxArray* array :
            {&m_training.images, &m_training.labels, &m_evaluation.images, &m_evaluation.labels}) {
            digest.add(array->bytes.data(), array->bytes.size());
            m_read.bytes += static_cast<std::int64_t>(array->bytes.size());
        }
        m_read.sha256 = digest.hex();
    }

    Batch trainingBatch(std::int64_t step, std::int64_t microBatch) const override
    {
        const std::int64_t first = m_count.before(step, microBatch);
        return batchOf(m_training, m_batchSize, [&](std::int64_t row) { return sampleAt(first + row); });
    }
    std::int64_t targetsOf(std::int64_t /*step*/, std::int64_t /*microBatch*/) const override
    {
        return m_batchSize;
    }
    void goOnFrom(std::int64_t step, std::int64_t samples) override { m_count.goOnFrom(step, samples); }
    Batch evaluationBatch(std::int64_t index) const override
    {
        const std::int64_t first = index * m_batchSize;
        const std::int64_t rows = std::min(m_batchSize, m_evaluation.count() - first);
        return batchOf(m_evaluation, rows, [&](std::int64_t row) { return first + row; });
    }
    std::int64_t evaluationBatches() const override { return m_evaluationBatches; }
    bool hasClasses() const override { return true; }
    DataRead whatWasRead() const override { return m_read; }

private:
    /// The n-th sample of the run: epochs are seeded permutations.
    std::int64_t sampleAt(std::int64_t n) const
    {
        const std::int64_t epoch = n / m_training.count();
        if (epoch != m_epoch) {
            m_order.resize(static_cast<std::size_t>(m_training.count()));
            std::iota(m_order.begin(), m_order.end(), 0);
            for (std::int64_t i = m_training.count() - 1; i > 0; --i)
                std::swap(m_order[static_cast<std::size_t>(i)],
                    m_order[randomAt(m_seed, epoch, i, 0) % static_cast<std::uint64_t>(i + 1)]);
            m_epoch = epoch;
        }
        return m_order[static_cast<std::size_t>(n % m_training.count())];
    }

    template <class Pick> Batch batchOf(const LabelledImages& set, std::int64_t rows, Pick pick) const
    {
        constexpr std::int64_t pixels = imageSide * imageSide;
        Batch batch{at::empty({rows, 1, imageSide, imageSide}, at::kFloat), at::empty({rows}, at::kLong)};
        auto* inputs = batch.inputs.mutable_data_ptr<float>();
        auto* targets = batch.targets.mutable_data_ptr<std::int64_t>();
        for (std::int64_t row = 0; row < rows; ++row) {
            const std::int64_t sample = pick(row);
            const std::uint8_t* image = set.images.bytes.data() + sample * pixels;
            for (std::int64_t i = 0; i < pixels; ++i)
                inputs[row * pixels + i]
                    = (static_cast<float>(image[i]) / 255.0F - pixelMean) / pixelDeviation;
            targets[row] = set.labels.bytes[static_cast<std::size_t>(sample)];
        }
        return batch;
    }

    LabelledImages m_training;
    LabelledImages m_evaluation;
    DataRead m_read{};
    std::int64_t m_batchSize;
    SampleCount m_count;
    std::int64_t m_seed;
    std::int64_t m_evaluationBatches = 0;
    mutable std::int64_t m_epoch = -1; // of m_order
    mutable std::vector<std::int64_t> m_order{};
};

/// The usual names of the four files, with or without .gz.
Result<IdxArray> readNamed(const fs::path& folder, const std::string& name)
{
    std::error_code error;
    for (const char* suffix : {".gz", ""})
        if (const fs::path file = folder / (name + suffix); fs::exists(file, error)) {
            TRY(checkIsFile(file));
            return readIdx(file);
        }
    return fail(
        fmt::format("{} has no {}(.gz); a folder of images needs the four IDX files of the MNIST family",
            folder.string(), name),
        ExitCode::Usage);
}

Result<LabelledImages> readSet(
    const fs::path& folder, const std::string& name, const AskInterrupted& isInterrupted)
{
    if (isInterrupted && isInterrupted())
        return fail(fmt::format("interrupted while {} was read", folder.string()), ExitCode::Interrupted);
    auto images = readNamed(folder, name + "-images-idx3-ubyte");
    if (!images)
        return fail(images.error());
    auto labels = readNamed(folder, name + "-labels-idx1-ubyte");
    if (!labels)
        return fail(labels.error());
    if (images->sizes.size() != 3 || images->sizes[1] != imageSide || images->sizes[2] != imageSide)
        return fail(fmt::format(
            "{}: the {} images are not 28 x 28; other sizes are not supported", folder.string(), name));
    if (labels->sizes.size() != 1 || labels->sizes[0] != images->sizes[0])
        return fail(fmt::format("{}: {} images and {} labels; each image needs one", folder.string(),
            images->sizes[0], labels->sizes.empty() ? 0 : labels->sizes[0]));
    for (const std::uint8_t label : labels->bytes)
        if (label >= imageClasses)
            return fail(fmt::format(
                "{}: a label is {}; labels must be 0 to {}", folder.string(), label, imageClasses - 1));
    return LabelledImages{std::move(*images), std::move(*labels)};
}

} // namespace

Result<std::unique_ptr<Dataset>> openImages(const RunConfig& config, const AskInterrupted& isInterrupted)
{
    const std::string& source = config.data.source;
    fs::path folder = source;
    std::error_code error;
    if (source == "sample:fashion-mnist") {
        folder = "/usr/share/datasets/fashion-mnist";
        if (!fs::is_directory(folder, error))
            return fail("sample:fashion-mnist needs Debian's package dataset-fashion-mnist; install it "
                        "(./run does), or name a folder "
                        "of IDX files in data.source");
    } else if (source.starts_with("sample:")) {
        return fail(
            fmt::format(
                "data.source is '{}'; the samples for images are sample:fashion-mnist, or name a folder",
                source),
            ExitCode::Usage);
    } else if (!fs::is_directory(folder, error)) {
        return fail(
            fmt::format(
                "data.source {} is no folder; name one with the four IDX files of the MNIST family", source),
            ExitCode::Usage);
    }
    auto training = readSet(folder, "train", isInterrupted);
    if (!training)
        return fail(training.error());
    auto evaluation = readSet(folder, "t10k", isInterrupted);
    if (!evaluation)
        return fail(evaluation.error());
    return std::make_unique<ImageDataset>(std::move(*training), std::move(*evaluation), config);
}

} // namespace mantissa
