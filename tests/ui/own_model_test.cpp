// SPDX-License-Identifier: GPL-3.0-or-later
// A Hugging Face folder in the set-up, and what the preview shows of data.

#include "core/base/file.h"
#include "core/files/safetensors.h"
#include "core/model/family.h"
#include "ui/pages/data_preview_dialog.h"
#include "ui/pages/model_field.h"
#include "ui/pages/row_length.h"
#include "ui/pages/setup_state.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <nlohmann/json.hpp>

#include <cstring>

using namespace mantissa;
using namespace mantissa::ui;
namespace fs = std::filesystem;

class OwnModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_dir->path().toStdString()) / "tiny";
        fs::create_directory(m_folder);
        const Json config{{"model_type", "llama"}, {"vocab_size", 300}, {"hidden_size", 8},
            {"intermediate_size", 12}, {"num_hidden_layers", 1}, {"num_attention_heads", 2},
            {"max_position_embeddings", 128}, {"tie_word_embeddings", true}, {"dtype", "float32"}};
        QVERIFY(writeFileAtomically(m_folder / "config.json", jsonText(config)).has_value());
        QVERIFY(writeFileAtomically(m_folder / "README.md", "---\nlicense: apache-2.0\n---\n").has_value());
        std::vector<SafetensorsSource> sources;
        for (const TensorDescription& tensor : describe(*modelFromForeign(config)).tensors)
            sources.push_back({tensor.name, "F32", tensor.sizes, [n = tensor.elements()](void* to) {
                                   std::memset(to, 0, static_cast<std::size_t>(n) * sizeof(float));
                               }});
        QVERIFY(writeSafetensors(m_folder / "model.safetensors", sources, {}).has_value());
    }

    void aFolderSetsWhatIsItsOwn()
    {
        const SetupState before = setupOf(RunConfig{});
        const auto after = withFolder(before, m_folder.string());
        QVERIFY2(after.has_value(), after ? "" : after.error().message.c_str());
        QCOMPARE(after->config.name, std::string("tiny"));
        QCOMPARE(after->config.model.width, 8);
        QCOMPARE(after->config.model.context, 128);
        QVERIFY(after->config.optimizer.learningRate < before.config.optimizer.learningRate);
        QVERIFY(usableConfig(*after).has_value());
        QVERIFY(withSizes(*after).config.model == ModelConfig{});
        QCOMPARE(withData(*after, DataKind::Text, "/rows.jsonl").config.name, std::string("tiny"));
        QCOMPARE(withData(*after, DataKind::Images, "sample:fashion-mnist").config.name,
            std::string("fashion-mnist"));
        QCOMPARE(factsOf(after->config.model),
            QStringLiteral("llama · 2,968 parameters · context up to 128 · tied head · saved as float32 · "
                           "licence apache-2.0"));
        QVERIFY(factsOf(before.config.model).isEmpty());
    }
    void aKnownModelBringsItsSizesAndKeepsItsNameUntilOneIsChanged()
    {
        const SetupState before = setupOf(RunConfig{});
        for (const KnownModel& known : knownModels()) {
            const SetupState after = withKnownModel(before, known.config);
            QVERIFY(after.config.model == known.config);
            QCOMPARE(after.config.name, known.config.name);
            QVERIFY(usableConfig(after).has_value());
            QVERIFY(isNamedRightly(after.config.model));
            // what was called by the model is called otherwise with another one, and what the user named is
            // not
            QCOMPARE(withKnownModel(after, *knownModel("gpt2")).config.name, std::string("gpt2"));
            QCOMPARE(withData(after, DataKind::Text, "/rows.jsonl").config.name, known.config.name);
            ModelConfig longer = known.config;
            longer.context *= 2;
            QVERIFY(isNamedRightly(longer));
            longer.width *= 2;
            QVERIFY(!isNamedRightly(longer));
            // its sizes are where one's own begin
            const SetupState sizes = withSizes(after);
            QCOMPARE(sizes.config.model.width, known.config.width);
            QVERIFY(sizes.config.model.name.empty());
        }
        SetupState named = before;
        named.config.name = "mine";
        QCOMPARE(withKnownModel(named, *knownModel("llama-7b")).config.name, std::string("mine"));
        const SetupState images = withData(before, DataKind::Images, "sample:fashion-mnist");
        QCOMPARE(withSizes(images).config.name, std::string("fashion-mnist"));
        const SetupState text = withKnownModel(images, *knownModel("nanogpt-char"));
        QVERIFY(text.config.data == RunConfig{}.data);
        QVERIFY(usableConfig(text).has_value());
    }
    void aFolderThatIsNoneIsRefusedAndChangesNothing()
    {
        fs::remove(m_folder / "model.safetensors");
        const auto refused = withFolder(setupOf(RunConfig{}), m_folder.string());
        QVERIFY(!refused);
        QVERIFY(refused.error().message.find("has no model.safetensors") != std::string::npos);
    }
    void thePreviewTellsWhatIsLearned()
    {
        RunConfig config;
        config.data.source = (fs::path(m_dir->path().toStdString()) / "rows.jsonl").string();
        config.data.chatTemplate = "plain";
        QVERIFY(writeFileAtomically(config.data.source,
            "{\"prompt\": \"q1 \", \"completion\": \"a1\"}\n{\"prompt\": \"q2 \", \"completion\": \"a2\"}\n"
            "{\"prompt\": \"q3 \", \"completion\": \"a3\"}\n")
                    .has_value());
        auto* dialog = new DataPreviewDialog(config, nullptr);
        auto* rows = dialog->findChild<QTextBrowser*>(QStringLiteral("previewRows"));
        QTRY_VERIFY(rows->toPlainText().contains(QStringLiteral("Row")));
        const QString html = rows->toHtml();
        QVERIFY(html.contains(QStringLiteral("underline")));
        // what is asked is not learned, what is answered is
        QVERIFY(html.indexOf(QStringLiteral("underline")) > html.indexOf(QStringLiteral("q")));
        delete dialog;
    }
    void theEstimateIsOfTheLongestRowOnceTheRowsAreRead()
    {
        RunConfig config;
        config.model.kind = "llama";
        config.model.context = 64;
        config.data.source = (fs::path(m_dir->path().toStdString()) / "rows.jsonl").string();
        std::string text;
        for (int i = 0; i < 20; ++i)
            text += "{\"text\": \"ten tokens\"}\n";
        QVERIFY(writeFileAtomically(config.data.source, text).has_value());
        RowLength length(nullptr);
        QSignalSpy known(&length, &RowLength::known);
        QVERIFY(length.fitted(config) == config); // nothing is known yet, and nobody waits
        QVERIFY(known.wait());
        QCOMPARE(length.fitted(config).model.context, 9);
        config.data.source += ".csv"; // other data, which is not there
        QVERIFY(length.fitted(config) == config);
        QVERIFY(known.wait());
        QVERIFY(length.fitted(config) == config);
    }
    void thePreviewOfWhatCannotBeReadSaysWhy()
    {
        RunConfig config;
        config.data.source = "/nowhere.jsonl";
        auto* dialog = new DataPreviewDialog(config, nullptr);
        const auto says = [dialog] {
            for (const QLabel* label : dialog->findChildren<QLabel*>())
                if (label->text().contains(QStringLiteral("/nowhere.jsonl")))
                    return true;
            return false;
        };
        QTRY_VERIFY(says());
        delete dialog;
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir{};
    fs::path m_folder{};
};

QTEST_MAIN(OwnModelTest)
#include "own_model_test.moc"
