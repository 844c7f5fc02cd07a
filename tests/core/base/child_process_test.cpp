// SPDX-License-Identifier: Apache-2.0
#include "core/base/child_process.h"

#include <QTest>

using namespace mantissa;

class ChildProcessTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatAProgramPrintsComesBackAndNoShellReadsTheWords()
    {
        const auto text = outputOf({"printf", "%s", "a; $HOME 'b'"});
        QVERIFY(text.has_value());
        QCOMPARE(text->c_str(), "a; $HOME 'b'");
    }
    void outputLongerThanAPipeIsWhole()
    {
        const auto text = outputOf({"seq", "100000"});
        QVERIFY(text.has_value());
        QVERIFY(text->ends_with("\n100000\n"));
    }
    void aProgramThatIsNotThereIsAnErrorWithItsName()
    {
        const auto text = outputOf({"no-such-program-of-ours"});
        QVERIFY(!text);
        QCOMPARE(text.error().message.c_str(),
            "no-such-program-of-ours cannot be started: No such file or directory");
        QVERIFY(!isProgramThere("no-such-program-of-ours"));
        QVERIFY(isProgramThere("sh"));
        QVERIFY(!runProgram({"no-such-program-of-ours"}));
    }
    void anotherExitCodeThanZeroIsAnErrorOfOutputAndAValueOfRun()
    {
        QCOMPARE(
            outputOf({"sh", "-c", "echo half; exit 7"}).error().message.c_str(), "sh ended with exit code 7");
        QCOMPARE(*runProgram({"sh", "-c", "exit 7"}), 7);
        QCOMPARE(*runProgram({"sh", "-c", "kill -TERM $$"}), 128 + 15);
    }
};

QTEST_APPLESS_MAIN(ChildProcessTest)
#include "child_process_test.moc"
