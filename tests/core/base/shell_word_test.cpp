// SPDX-License-Identifier: Apache-2.0
#include "core/base/shell_word.h"

#include <QTest>

using namespace mantissa;

class ShellWordTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aWordIsQuotedWhereAShellWouldReadItOtherwise()
    {
        QCOMPARE(shellWord("runs/a.json"), std::string("runs/a.json"));
        QCOMPARE(shellWord("my runs"), std::string("'my runs'"));
        QCOMPARE(shellWord("it's"), std::string("'it'\\''s'"));
        QCOMPARE(shellWord(""), std::string("''"));
    }
};

QTEST_APPLESS_MAIN(ShellWordTest)
#include "shell_word_test.moc"
