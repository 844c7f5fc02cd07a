// SPDX-License-Identifier: Apache-2.0
#include "core/record/foreign_names.h"
#include "tests/support/holds.h"

#include "core/record/run_config.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace mantissa;

namespace {

std::string problemOf(std::string_view json, const std::vector<std::string>& settings = {})
{
    const auto loaded = configFromJson(Json::parse(json), {.settings = settings}, "/folder");
    return loaded ? std::string() : loaded.error().message;
}

} // namespace

class ForeignNamesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesOfOtherTrainersAreAnsweredWithOurs()
    {
        QCOMPARE(problemOf(R"({"per_device_train_batch_size": 4})"),
            std::string("unknown key 'per_device_train_batch_size'; did you mean 'training.batch_size'?"));
        QVERIFY(holds(problemOf(R"({"training": {"per_device_train_batch_size": 4}})"),
            "unknown key 'training.per_device_train_batch_size'; did you mean 'training.batch_size'?"));
        QVERIFY(holds(problemOf(R"({"learning_rate": 1e-4})"), "'optimizer.learning_rate'"));
        QVERIFY(holds(problemOf(R"({"training": {"learning_rate": 1e-4}})"), "'optimizer.learning_rate'"));
        QVERIFY(holds(
            problemOf(R"({"gradient_accumulation_steps": 4})"), "'training.gradient_accumulation_steps'"));
        QVERIFY(holds(
            problemOf(R"({"lr_scheduler_type": "cosine"})"), "'optimizer.lr_schedule'? cosine, linear"));
        QVERIFY(holds(problemOf(R"({"gradient_checkpointing": true})"), "\"activations\": \"recompute\""));
        QVERIFY(holds(problemOf(R"({"model": {"hidden_size": 64}})"), "'model.width'"));
        QVERIFY(holds(problemOf(R"({"base_model": "x"})"),
            "'model.folder'")); // which stands there only if one is meant
        QVERIFY(holds(
            problemOf(R"({"output_dir": "x"})"), "unknown key 'output_dir'; say it on the command line"));
        QVERIFY(holds(problemOf("{}", {"per_device_train_batch_size=4"}), "'training.batch_size'"));
    }
    void ofSeveralNamesThoseThatAreThereAreMeant()
    {
        const Json known = Json::parse(R"({"training": {"max_steps": 1}})");
        const Json newer = Json::parse(R"({"training": {"max_steps": 1, "epochs": 1}})");
        const Json asked = Json::parse(R"({"num_train_epochs": 3})");
        QVERIFY(holds(checkForeignNames(asked, known).error().message, "'training.max_steps'"));
        QVERIFY(holds(checkForeignNames(asked, newer).error().message, "'training.epochs'"));
        QVERIFY(checkForeignNames(Json::parse(R"({"training": {"epochs": 3}})"), newer).has_value()); // ours
    }
    void everyNameHereIsOne()
    {
        const Json known = toJson(RunConfig{});
        for (const char* name : {"training", "data", "optimizer", "model"})
            for (const auto& [key, value] : known[name].items())
                QVERIFY2(checkForeignNames({{name, {{key, value}}}}, known).has_value(), key.c_str());
        QCOMPARE(problemOf(R"({"phases": {"warmup_steps": 7}, "optimizer": {"lr_warmup_steps": 3}})"),
            std::string());
    }
    void keysThatNobodyKnowsAreLeftToTheStrictReader()
    {
        QVERIFY(holds(problemOf(R"({"training": {"max_step": 1}})"), "did you mean 'training.max_steps'"));
        QVERIFY(holds(problemOf(R"({"fancy": 1})"), "unknown key 'fancy'"));
    }
    void aPrecisionForAllIsAPreset()
    {
        QVERIFY(
            holds(problemOf(R"({"precision": "bf16-mixed"})"), R"("precision": {"preset": "aggressive"})"));
        QVERIFY(holds(problemOf(R"({"precision": "32-true"})"), R"({"preset": "conservative"})"));
        QVERIFY(holds(problemOf(R"({"precision": "16-mixed"})"), R"("compute": "fp16")"));
        QVERIFY(holds(problemOf(R"({"precision": "fp64"})"), "expected an object"));
        QVERIFY(holds(
            problemOf(R"({"bf16": true})"), "did you mean 'precision.preset'? aggressive computes in BF16"));
        QVERIFY(holds(problemOf(R"({"precision": {"preset": "bf16-mixed"}})"), "aggressive"));
    }
};

QTEST_APPLESS_MAIN(ForeignNamesTest)
#include "foreign_names_test.moc"
