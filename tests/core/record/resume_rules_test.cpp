// SPDX-License-Identifier: Apache-2.0
// docs/resume-settings.md says of every key what the code does with it. MANTISSA_WRITE_DOCS=1 writes it anew.

#include "core/base/json.h"
#include "core/record/resume_rules.h"

#include <QTest>

#include <cstdlib>
#include <filesystem>

using namespace mantissa;

namespace {

std::filesystem::path document()
{
    return std::filesystem::path(MANTISSA_TEST_DATA) / "../../docs/resume-settings.md";
}

const std::string head = "# What `resume --set` does with each key\n\n"
                         "Made from the code (`core/record/resume_rules.cpp`; `MANTISSA_WRITE_DOCS=1 "
                         "build/bin/core_record_tests resume_rules_test`). A refused\n"
                         "resume changes nothing on disk. While states on disk are a run's checkpoint "
                         "(`states.json` is there), keys that\n"
                         "say where states rest (`precision.*`, `memory.execution`, `release_gradients`, "
                         "`fit`, `budget`, `device`,\n"
                         "`scratch`) are refused too.\n\n";

} // namespace

class ResumeRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theDocumentIsThatOfTheCode()
    {
        const std::string wanted = head + resumeRulesTable();
        if (std::getenv("MANTISSA_WRITE_DOCS"))
            QVERIFY(writeFileAtomically(document(), wanted));
        const auto there = readFile(document());
        QVERIFY(there.has_value());
        QVERIFY2(*there == wanted,
            "docs/resume-settings.md is of other code: MANTISSA_WRITE_DOCS=1 core_record_tests "
            "resume_rules_test");
    }
    void everyKeyHasARule()
    {
        QVERIFY(resumeRulesTable().find("no rule says") == std::string::npos);
        QVERIFY(!resumeRuleOf("no.such.key").takesEffect);
    }
    void theLongerMatchDecides()
    {
        QVERIFY(!resumeRuleOf("model.width").takesEffect);
        QVERIFY(resumeRuleOf("model.dropout").takesEffect);
        QVERIFY(!resumeRuleOf("model.dropout_of_another_kind").takesEffect);
    }
};

QTEST_APPLESS_MAIN(ResumeRulesTest)
#include "resume_rules_test.moc"
