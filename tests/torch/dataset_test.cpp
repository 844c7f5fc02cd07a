// SPDX-License-Identifier: Apache-2.0
#include "core/torch/data/dataset.h"
#include "core/torch/torch_backend.h"

#include <ATen/ATen.h>
#include <QTest>

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
