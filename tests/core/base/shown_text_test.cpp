// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"
#include "core/base/shown_text.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace mantissa;

class ShownTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void utf8IsToldFromOtherBytes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("is");
        const auto row
            = [](const char* name, const QByteArray& bytes, bool is) { QTest::newRow(name) << bytes << is; };
        row("nothing", "", true);
        row("two, three and four bytes", "ä€𝄞", true);
        row("latin-1", "b\xe4r", false);
        row("cut", "\xe2\x82", false);
        row("a byte that follows nothing", "\x82", false);
        row("overlong", "\xc0\xaf", false);
        row("overlong, three bytes", "\xe0\x80\xaf", false);
        row("a surrogate", "\xed\xa0\x80", false);
        row("past the last character", "\xf4\x90\x80\x80", false);
    }
    void utf8IsToldFromOtherBytes()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, is);
        QCOMPARE(isUtf8(bytes.toStdString()), is);
        QVERIFY(isUtf8(shown(bytes.toStdString())));
        QVERIFY(isUtf8(escapedPath(bytes.toStdString())));
        QCOMPARE(bytesOf(escapedPath(bytes.toStdString())), bytes.toStdString());
    }
    void whatIsShownHasNoControlCharacters()
    {
        QCOMPARE(shown("b\xe4r \x1b[2J\n\x7f ä"), std::string("b\\xe4r \\x1b[2J\\x0a\\x7f ä"));
    }
    void aNameThatLooksLikeAnEscapeReadsBackAsItself()
    {
        for (const std::string name : {"a\\xe4b", "a\\x5cxe4", "a\\x", "\\xzz", "\\\\x41", "\\", "x41"})
            QCOMPARE(bytesOf(escapedPath(name)), name);
        QCOMPARE(escapedPath("a\\xe4b"), std::string("a\\x5cxe4b"));
        QCOMPARE(escapedPath("plain/ä.txt"), std::string("plain/ä.txt"));
    }
    void anyBytesCanBeWrittenAsJson()
    {
        const Json json = {{"plain", "ä \\xe4"}, {"b\xe4r", {"\xff", 1, {{"deep", "\xe4"}}}}};
        const auto again = parseJson(jsonText(json), "test");
        QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
        QCOMPARE(again->at("plain").get<std::string>(), std::string("ä \\xe4")); // as it was
        QCOMPARE(again->at("b\\xe4r")[0].get<std::string>(), std::string("\\xff"));
        QCOMPARE(again->at("b\\xe4r")[2].at("deep").get<std::string>(), std::string("\\xe4"));
        QCOMPARE(jsonLine(Json{{"a", 1}}), std::string("{\"a\":1}"));
    }
};

QTEST_APPLESS_MAIN(ShownTextTest)
#include "shown_text_test.moc"
