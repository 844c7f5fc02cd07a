// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/colour_distance.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace mantissa;
using namespace mantissa::ui;

namespace {

LinearRgb linear(const QColor& colour)
{
    const auto one = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return {one(colour.redF()), one(colour.greenF()), one(colour.blueF())};
}

double luminance(const QColor& colour)
{
    const LinearRgb c = linear(colour);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

double contrast(const QColor& a, const QColor& b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

} // namespace

class ThemeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void messagesInTheWindowLeaveTheCommandLineOut()
    {
        QCOMPARE(messageText("cannot make x: no room; choose another folder (--out)"),
            u"cannot make x: no room; choose another folder"_s);
        QCOMPARE(messageText("as (it) was"), u"as (it) was"_s);
    }
    void coloursCanBeReadOnTheirBackground()
    {
        for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
            applyTheme(choice);
            const Theme& t = theme();
            QVERIFY(contrast(t.text, t.panel) >= 7);
            QVERIFY(contrast(t.muted, t.panel) >= 4.5);
            for (const MemoryClass memoryClass : allMemoryClasses)
                QVERIFY2(contrast(t.of(memoryClass), t.plot) >= 3, nameOf(memoryClass).data());
            for (const Phase phase : allPhases) {
                QVERIFY2(contrast(t.of(phase), t.plot) >= 3, nameOf(phase).data());
                QVERIFY2(contrast(t.of(phase), Theme::inkOn(t.of(phase))) >= 4.5, nameOf(phase).data());
            }
            for (const Precision precision : allPrecisions) {
                QVERIFY2(precision == Precision::Fp32 || contrast(t.of(precision), t.plot) >= 3,
                    nameOf(precision).data()); // the usual format recedes; its bands have words
                QVERIFY2(contrast(t.of(precision), Theme::inkOn(t.of(precision))) >= 4.5,
                    nameOf(precision).data());
            }
            for (std::size_t i = 0; i < 4; ++i)
                QVERIFY2(contrast(t.series(i), t.plot) >= 3 && contrast(t.series(i), t.panel) >= 3,
                    qPrintable(QString::number(i)));
            QVERIFY(contrast(t.baseline(), t.plot) >= 3 && contrast(t.baseline(), t.panel) >= 3);
            for (const QColor& verdict : {t.good, t.bad})
                QVERIFY2(contrast(verdict, t.panel) >= 4.5,
                    qPrintable(verdict.name())); // words are written in them
            QVERIFY(contrast(t.accent, t.window) >= 3);
            for (const QColor& range : {Theme::mixed(t.panel, t.good, 0.5),
                     Theme::mixed(t.panel, t.series(1), 0.5)}) // ranges of formats, with words in them
                QVERIFY2(contrast(range, Theme::inkOn(range)) >= 4.5, qPrintable(range.name()));
        }
    }
    void coloursOfASetStayApartForColourBlindEyes()
    {
        constexpr double least = 11; // CIEDE2000; below it neighbours are confused
        for (const ThemeChoice choice : {ThemeChoice::Dark, ThemeChoice::Light}) {
            applyTheme(choice);
            std::vector<std::vector<QColor>> sets(4);
            for (const MemoryClass memoryClass : allMemoryClasses)
                sets[0].push_back(theme().of(memoryClass));
            for (const Phase phase : allPhases)
                sets[1].push_back(theme().of(phase));
            for (const Precision precision : allPrecisions)
                sets[2].push_back(theme().of(precision));
            for (std::size_t i = 0; i < 4; ++i)
                sets[3].push_back(theme().series(i));
            sets[3].push_back(theme().baseline());
            for (const auto& set : sets)
                for (std::size_t a = 0; a < set.size(); ++a)
                    for (std::size_t b = a + 1; b < set.size(); ++b)
                        for (const ColourMatrix& vision : visions) {
                            const double distance = colourDistance(
                                seenBy(vision, linear(set[a])), seenBy(vision, linear(set[b])));
                            QVERIFY2(distance >= least,
                                qPrintable(QStringLiteral("%1 %2: %3")
                                               .arg(set[a].name(), set[b].name())
                                               .arg(distance)));
                        }
        }
    }
    void bothThemesHaveTheSameHues()
    {
        std::map<std::string, std::array<double, 3>> light;
        for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
            applyTheme(choice);
            std::map<std::string, QColor> colours;
            for (const MemoryClass memoryClass : allMemoryClasses)
                colours[std::string(nameOf(memoryClass))] = theme().of(memoryClass);
            for (const Phase phase : allPhases)
                colours["phase " + std::string(nameOf(phase))] = theme().of(phase);
            for (const auto& [name, colour] : colours) {
                const auto lab = labOf(linear(colour));
                if (choice == ThemeChoice::Light) {
                    light[name] = lab;
                    continue;
                }
                const auto& other = light.at(name);
                const auto chroma = [](const auto& c) { return std::hypot(c[1], c[2]); };
                if (std::min(chroma(lab), chroma(other)) < 12) { // a grey stays a grey
                    QVERIFY2(std::max(chroma(lab), chroma(other)) < 16, name.c_str());
                    continue;
                }
                const double turn = std::atan2(lab[2], lab[1]) - std::atan2(other[2], other[1]);
                QVERIFY2(std::cos(turn) > 0.9, name.c_str()); // 26 degrees
            }
        }
    }
    void theDistanceIsThatOfItsAuthors()
    {
        // black to white is 100 by definition
        QVERIFY(std::abs(colourDistance({0, 0, 0}, {1, 1, 1}) - 100) < 0.01);
        QVERIFY(colourDistance({0.3, 0.1, 0.7}, {0.3, 0.1, 0.7}) < 1e-9);
    }
    void percentagesCarryTheirSign()
    {
        QCOMPARE(percentText(0.123), QStringLiteral("+0.12 %"));
        QCOMPARE(percentText(-36, 1), QStringLiteral("−36.0 %"));
        QCOMPARE(percentText(-0.0001), QStringLiteral("0.00 %"));
        QCOMPARE(percentText(NAN), QStringLiteral("–"));
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
