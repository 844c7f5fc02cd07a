// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace mantissa;
using namespace mantissa::ui;
using namespace Qt::Literals::StringLiterals;

class TranslationTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyMessageIsTranslatedWithItsPlaceholders()
    {
        QFile file(QStringLiteral(MANTISSA_SOURCE "/resources/translations/mantissa_de.ts"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&file);
        QString source;
        int messages = 0;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            if (xml.name() == u"source")
                source = xml.readElementText();
            if (xml.name() != u"translation")
                continue;
            QVERIFY2(!xml.attributes().hasAttribute("type"_L1), qPrintable(source)); // unfinished, vanished
            const QString translation = xml.readElementText();
            QVERIFY2(!translation.isEmpty(), qPrintable(source));
            QCOMPARE(placeholders(translation), placeholders(source));
            QCOMPARE(translation.startsWith(u' '), source.startsWith(u' ')); // parts of sentences
            ++messages;
        }
        QVERIFY(!xml.hasError());
        QVERIFY(messages > 350);
    }
    void theFileHoldsWhatTheCodeSays()
    {
        QTemporaryDir folder;
        const QString copy = folder.filePath(u"mantissa_de.ts"_s);
        QVERIFY(QFile::copy(QStringLiteral(MANTISSA_SOURCE "/resources/translations/mantissa_de.ts"), copy));
        QProcess lupdate;
        lupdate.setWorkingDirectory(QStringLiteral(MANTISSA_SOURCE));
        lupdate.start(QStringLiteral(MANTISSA_LUPDATE),
            {u"-silent"_s, u"-locations"_s, u"none"_s, u"-tr-function-alias"_s, u"translate+=translatable"_s,
                u"-I"_s, u"."_s, u"ui"_s, u"app"_s, u"core/output/charts"_s, u"-ts"_s, copy});
        if (!lupdate.waitForStarted())
            QSKIP("lupdate is not here");
        QVERIFY(lupdate.waitForFinished());
        QFile file(copy);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        const auto at = text.indexOf(u"type=\"unfinished\""_s);
        QVERIFY2(at < 0, qPrintable(text.mid(std::max<qsizetype>(0, at - 200), 260)));
        QVERIFY(!text.contains(u"type=\"vanished\""_s));
    }
    void theWindowSpeaksGerman()
    {
        QTemporaryDir folder;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
        QTranslator translator;
        QVERIFY(translator.load(QStringLiteral(MANTISSA_QM)));
        QCoreApplication::installTranslator(&translator);
        loadFonts();
        applyTheme(ThemeChoice::Light);
        FakeEngineScript script;
        MainWindow window(fakeFactory(script), folder.path().toStdString());
        window.resize(1366, 768);
        window.show();
        QStringList pages;
        for (const QTabBar* tabs : window.findChildren<QTabBar*>())
            for (int i = 0; i < tabs->count(); ++i)
                pages << tabs->tabText(i);
        QVERIFY2(
            pages.contains(u"Vergleich"_s) && pages.contains(u"Läufe"_s), qPrintable(pages.join(u", "_s)));
        QVERIFY(!pages.contains(u"Compare"_s));
        const auto bars = window.findChildren<QTabBar*>();
        const auto main
            = std::find_if(bars.begin(), bars.end(), [](const QTabBar* tabs) { return tabs->count() == 7; });
        QVERIFY(main != bars.end());
        QVERIFY((*main)->rect().contains((*main)->tabRect(6))); // no page is out of reach of the pointer
        QVERIFY(window.rect().contains((*main)->mapTo(&window, (*main)->tabRect(6).bottomRight())));
        for (const QString& page : {u"train"_s, u"compare"_s, u"report"_s, u"runs"_s, u"presets"_s}) {
            QVERIFY(window.showPage(page));
            QVERIFY(window.width() <= 1366); // longer words still fit
        }
        QCoreApplication::removeTranslator(&translator);
    }

private:
    static QStringList placeholders(const QString& text)
    {
        QStringList found;
        static const QRegularExpression pattern(u"%\\d"_s);
        for (auto match = pattern.globalMatch(text); match.hasNext();)
            found << match.next().captured();
        found.sort();
        return found;
    }
};

QTEST_MAIN(TranslationTest)
#include "translation_test.moc"
