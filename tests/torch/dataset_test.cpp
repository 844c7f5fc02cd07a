// SPDX-License-Identifier: Apache-2.0
#include "core/torch/data/dataset.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace mantissa;

class DatasetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { initializeEngine(); }
    void aStepsBatchIsAPureFunctionOfItsNumber()
    {
        RunConfig config;
        const auto one = openDataset(config);
        QVERIFY2(one.has_value(), one ? "" : one.error().message.c_str());
        const auto two = openDataset(config);
        (*two)->trainingBatch(3, 0); // looking elsewhere changes nothing
        QVERIFY(at::equal((*one)->trainingBatch(7, 0).inputs, (*two)->trainingBatch(7, 0).inputs));
        QVERIFY(!at::equal((*one)->trainingBatch(7, 0).inputs, (*one)->trainingBatch(8, 0).inputs));
        QVERIFY(!at::equal((*one)->trainingBatch(7, 0).inputs, (*one)->trainingBatch(7, 1).inputs));
    }
    void anEpochOfATextTakesEachWindowOnce()
    {
        QTemporaryDir dir;
        const std::string file = dir.filePath("text").toStdString();
        {
            QFile text(QString::fromStdString(file));
            QVERIFY(text.open(QIODevice::WriteOnly));
            for (int i = 0; i < 1000; ++i) // each window is another one
                text.write(QByteArray::number(i).rightJustified(4, '0'));
        }
        RunConfig config;
        config.data.source = file;
        config.model.context = 16;
        config.training.batchSize = 3;
        config.training.accumulation = 2;
        config.training.epochs = 1;
        const auto data = openDataset(config);
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        const std::int64_t windows = (*data)->whatWasRead().trainingSamples;
        QCOMPARE(windows, 3599 / 16);
        std::set<std::vector<std::int64_t>> seen;
        for (std::int64_t n = 0; n < windows; ++n) {
            const Batch batch = (*data)->trainingBatch(n / 6, n % 6 / 3);
            const auto* row = batch.inputs.const_data_ptr<std::int64_t>() + n % 3 * 16;
            seen.insert(std::vector<std::int64_t>(row, row + 16));
        }
        QCOMPARE(static_cast<std::int64_t>(seen.size()), windows);
        // after batches of another size it goes on where those ended
        config.training.batchSize = 5;
        const auto other = openDataset(config);
        (*other)->goOnFrom(4, 24);
        QVERIFY(at::equal((*other)->trainingBatch(4, 0).inputs[0], (*data)->trainingBatch(4, 0).inputs[0]));
        QVERIFY(at::equal((*other)->trainingBatch(4, 0).inputs[3], (*data)->trainingBatch(4, 1).inputs[0]));
    }
    void aBatchIsTheSameHoweverItIsSplit_data()
    {
        QTest::addColumn<bool>("images");
        QTest::newRow("text") << false;
        QTest::newRow("images") << true;
    }
    void aBatchIsTheSameHoweverItIsSplit()
    {
        QFETCH(const bool, images);
        RunConfig config;
        if (images) {
            config.model.kind = "convnet";
            config.data = {.kind = DataKind::Images, .source = "sample:fashion-mnist"};
        }
        std::vector<at::Tensor> whole;
        for (const std::int64_t size : {8, 4, 2, 1}) {
            config.training.batchSize = size;
            config.training.accumulation = 8 / size;
            const auto data = openDataset(config);
            for (std::int64_t step = 0; step < 3; ++step) {
                std::vector<at::Tensor> inputs, targets;
                for (std::int64_t micro = 0; micro < 8 / size; ++micro) {
                    inputs.push_back((*data)->trainingBatch(step, micro).inputs);
                    targets.push_back((*data)->trainingBatch(step, micro).targets);
                }
                for (const at::Tensor& rows : {at::cat(inputs), at::cat(targets)})
                    if (size == 8)
                        whole.push_back(rows);
                    else
                        QVERIFY(at::equal(
                            rows, whole[static_cast<std::size_t>(2 * step) + (rows.dim() == 1 ? 1 : 0)]));
            }
        }
    }
    void evaluationWindowsOfAShortTextAreFewerAndDoNotOverlap_data()
    {
        QTest::addColumn<qint64>("asked");
        QTest::addColumn<qint64>("batches");
        QTest::newRow("one batch") << qint64{1} << qint64{1};
        QTest::newRow("more than there is") << qint64{20} << qint64{3};
        QTest::newRow("all") << qint64{0} << qint64{3};
        QTest::newRow("no number at all") << qint64{INT64_MAX} << qint64{3};
    }
    void evaluationWindowsOfAShortTextAreFewerAndDoNotOverlap()
    {
        QFETCH(const qint64, asked);
        QFETCH(const qint64, batches);
        const QTemporaryDir dir;
        RunConfig config;
        config.data.source = dir.path().toStdString() + "/short.txt";
        config.data.validationFraction = 0.5;
        config.model.context = 16;
        config.training.batchSize = 2;
        config.training.evalBatches = asked;
        std::string text;
        for (int i = 0; i < 180; ++i) // each byte its own place, so that a window says where it is
            text += static_cast<char>(i);
        QVERIFY(writeFileAtomically(config.data.source, text));
        const auto data = openDataset(config);
        QCOMPARE((*data)->evaluationBatches(), batches); // 89 bytes to foretell: 5 windows of 16
        std::set<std::int64_t> seen;
        std::int64_t targets = 0;
        for (std::int64_t i = 0; i < batches; ++i) {
            const Batch batch = (*data)->evaluationBatch(i);
            QCOMPARE(batch.inputs.size(0), i < 2 ? 2 : 1);
            for (std::int64_t k = 0; k < batch.targets.numel(); ++k, ++targets)
                seen.insert(batch.targets[k].item<std::int64_t>());
        }
        QCOMPARE(static_cast<std::int64_t>(seen.size()), targets);
        QVERIFY(*seen.begin() > 90);
        QCOMPARE((*data)->whatWasRead().evaluationSamples, 5);
        QCOMPARE((*data)->whatWasRead().evaluationTokens, 90);
    }
    void imagesHaveAnIdentityToo()
    {
        RunConfig config;
        config.model.kind = "convnet";
        config.data = {.kind = DataKind::Images, .source = "sample:fashion-mnist"};
        const DataRead read = (*openDataset(config))->whatWasRead();
        QCOMPARE(read.bytes, 70000 * (28 * 28 + 1));
        QCOMPARE(read.sha256.size(), std::size_t{64});
        QCOMPARE(read.trainingSamples, 60000);
        QCOMPARE(read.evaluationSamples, 10000);
    }
    void targetsAreTheNextBytes()
    {
        RunConfig config;
        const auto data = openDataset(config);
        const Batch batch = (*data)->trainingBatch(0, 0);
        const at::Tensor targets = batch.targets.view(batch.inputs.sizes());
        QVERIFY(at::equal(batch.inputs.slice(1, 1), targets.slice(1, 0, config.model.context - 1)));
    }
    void evaluationIsFixedWhateverTheSeed()
    {
        RunConfig config;
        const auto one = openDataset(config);
        config.training.seed = 99;
        const auto two = openDataset(config);
        QCOMPARE((*one)->evaluationBatches(), 20);
        QVERIFY(at::equal((*one)->evaluationBatch(19).inputs, (*two)->evaluationBatch(19).inputs));
        QVERIFY(!at::equal((*one)->trainingBatch(0, 0).inputs, (*two)->trainingBatch(0, 0).inputs));
    }
    void anEpochGoesOnWhereASmallerBatchLeftIt()
    {
        RunConfig config;
        config.model.kind = "convnet";
        config.data = {.kind = DataKind::Images, .source = "sample:fashion-mnist"};
        config.training.batchSize = 4;
        const auto before = openDataset(config);
        config.training.batchSize = 8;
        const auto after = openDataset(config);
        (*after)->goOnFrom(10, 40);
        for (std::int64_t step = 10; step < 13; ++step) {
            const at::Tensor expected = at::cat({(*before)->trainingBatch(2 * step - 10, 0).targets,
                (*before)->trainingBatch(2 * step - 9, 0).targets});
            QVERIFY(at::equal((*after)->trainingBatch(step, 0).targets, expected));
        }
        const auto alone = openDataset(config); // a resume with the same batch changes nothing
        const at::Tensor there = (*alone)->trainingBatch(7, 0).targets;
        (*alone)->goOnFrom(5, 40);
        QVERIFY(at::equal((*alone)->trainingBatch(7, 0).targets, there));
    }
    void anEpochOfImagesHoldsEachOnce()
    {
        RunConfig config;
        config.model.kind = "convnet";
        config.data = {.kind = DataKind::Images, .source = "sample:fashion-mnist"};
        config.training.batchSize = 6000;
        config.training.evalBatches = 0;
        const auto data = openDataset(config);
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        at::Tensor labels = at::zeros({10}, at::kLong);
        for (int step = 0; step < 10; ++step)
            labels += at::bincount((*data)->trainingBatch(step, 0).targets, {}, 10);
        QVERIFY(at::equal(labels, at::full({10}, 6000, at::kLong))); // the set is balanced: 6,000 of each
        QCOMPARE((*data)->evaluationBatches(), 2);
        QCOMPARE((*data)->evaluationBatch(1).targets.numel(), 4000);
    }
};

QTEST_APPLESS_MAIN(DatasetTest)
#include "dataset_test.moc"
