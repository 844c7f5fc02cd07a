// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QTest>

#include <cmath>

using namespace mantissa;
using namespace mantissa::ui;

namespace {

double luminance(const QColor& colour)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
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
                QVERIFY2(contrast(t.of(phase), Theme::inkOn(t.of(phase))) >= 3, nameOf(phase).data());
            }
        }
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
