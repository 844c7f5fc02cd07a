// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "core/output/palette.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QStyle>
#include <QStyleFactory>
#include <QSvgRenderer>

#include <cmath>

/// The resources are in a static library, whose initialisers a linker drops unless somebody asks; must be
/// outside a namespace.
static void initialiseResources() { Q_INIT_RESOURCE(resources); }

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

Theme darkTheme()
{
    return {true, 0x0b0f14, 0x151b23, 0x0f141b, 0x222a35, 0xe6eaf0, 0x8b96a5, 0x5aa7e8, 0x3fb68b, 0xf0775a};
}

Theme lightTheme()
{
    return {false, 0xf5f6f8, 0xffffff, 0xffffff, 0xe6e9ee, 0x1b222c, 0x5b6675, 0x2e86d1, 0x087a58, 0xc2410c};
}

Theme& current()
{
    static Theme value = darkTheme();
    return value;
}

ThemeChoice& currentChoice()
{
    static ThemeChoice value = ThemeChoice::System;
    return value;
}

QColor pick(ColourPair pair)
{
    const std::string_view name = theme().isDark ? pair.dark : pair.light;
    return QColor(QLatin1StringView(name.data(), static_cast<qsizetype>(name.size())));
}

QPalette paletteOf(const Theme& t)
{
    QPalette palette;
    palette.setColor(QPalette::Window, t.window);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.panel);
    palette.setColor(QPalette::AlternateBase, Theme::mixed(t.panel, t.window, 0.5));
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::Button, t.panel);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::ToolTipBase, t.panel);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, Theme::inkOn(t.accent));
    palette.setColor(QPalette::Mid, t.grid);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, Theme::mixed(t.muted, t.panel, 0.4));
    return palette;
}

QString sheetOf(const Theme& t)
{
    const QString template_ = uR"(
QToolBar { background: %1; border: none; border-bottom: 1px solid %3; padding: 4px 8px; spacing: 4px; }
QToolButton { padding: 5px 7px; border: 1px solid transparent; border-radius: 6px; color: %4; }
QToolButton:hover { background: %3; } QToolButton:checked { border-color: %3; background: %2; }
QToolButton#pin, QToolButton#logAxis { background: %2; border-color: %3; } QToolButton#pin:checked, QToolButton#logAxis:checked { border-color: %6; color: %6; }
QToolButton:focus, QToolButton:checked:focus { border-color: %6; } QToolButton#pin:focus, QToolButton#logAxis:focus { border-color: %4; }
QToolButton:disabled { color: %5; } QToolButton::menu-indicator { image: none; }
QStatusBar { background: %1; color: %5; } QStatusBar::item { border: none; } QStatusBar QLabel { color: %5; padding: 2px 10px; }
QFrame#card { background: %2; border: 1px solid %3; border-radius: 6px; }
QLabel#muted, QLabel#caption { color: %5; } QLabel#caption { font-size: 11px; }
QComboBox, QLineEdit, QAbstractSpinBox { background: %2; border: 1px solid %3; border-radius: 6px; padding: 4px 8px; min-height: 20px; selection-background-color: %6; }
QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus { border-color: %6; }
QLineEdit[wrong="true"], QComboBox[wrong="true"] { border-color: %8; } QLineEdit[wrong="true"]:focus, QComboBox[wrong="true"]:focus { border: 2px solid %8; padding: 3px 7px; }
QLabel#reason { color: %8; font-size: 11px; }
QComboBox::drop-down { border: none; width: 22px; } QComboBox::down-arrow { image: url(:/icons/down.svg); width: 10px; height: 10px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 20px; } QAbstractSpinBox::up-arrow { image: url(:/icons/up.svg); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/down.svg); width: 10px; height: 10px; }
QCheckBox::indicator, QTableView::indicator { width: 14px; height: 14px; border: 1px solid %5; border-radius: 3px; background: %2; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: %6; border-color: %6; image: url(:/icons/check-%7.svg); }
QCheckBox::indicator:focus { border-color: %6; } QCheckBox::indicator:disabled, QTableView::indicator:disabled { border-color: %3; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid %5; border-radius: 7px; background: %2; } QRadioButton::indicator:focus { border-color: %4; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid %6; } QRadioButton::indicator:disabled { border-color: %3; }
QComboBox:disabled, QLineEdit:disabled, QAbstractSpinBox:disabled { color: %5; background: %1; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { background: %2; border: 1px solid %9; outline: none; padding: 3px; selection-background-color: %6; selection-color: %11; }
QListView { background: %2; } QListView::item { padding: 4px 6px; } QListView::item:selected { background: %3; color: %4; }
QPushButton { outline: none; background: %2; border: 1px solid %3; border-radius: 6px; padding: 5px 12px; } QPushButton:hover { background: %3; } QPushButton:focus { border-color: %6; }
QPushButton:disabled { color: %5; }
QTableView, QTreeView, QListView { border: 1px solid transparent; outline: none; } QTableView:focus, QTreeView:focus, QListView:focus { border-color: %6; }
QTableView, QTreeView { background: %2; gridline-color: %3; selection-background-color: %3; selection-color: %4; }
QTableView::item { padding: 0 6px; } QTableView#rungs::item { padding: 0; } QTreeView::item { padding: 3px 6px; }
QHeaderView::section { background: %2; color: %5; border: none; border-bottom: 1px solid %3; padding: 4px 3px; }
QTableCornerButton::section { background: %2; border: none; border-bottom: 1px solid %3; }
QTabBar::tab { padding: 6px 10px; color: %5; border: none; border-bottom: 2px solid transparent; } QTabBar::tab:selected { color: %4; border-bottom-color: %6; }
QScrollArea { border: none; background: transparent; } QScrollArea#paperScroll { border: 1px solid transparent; } QScrollArea#paperScroll:focus { border-color: %6; } QWidget#setup { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; } QScrollBar::handle:vertical { background: %3; border-radius: 5px; min-height: 24px; }
QScrollBar:horizontal { background: transparent; height: 10px; } QScrollBar::handle:horizontal { background: %3; border-radius: 5px; min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; } QSplitter::handle { background: transparent; }
QMenu { background: %2; border: 1px solid %9; } QMenu::item:selected { background: %10; color: %4; } QMenu::item:disabled { color: %5; }
QMenu::separator { height: 1px; background: %3; margin: 4px 8px; }
QToolTip { background: %2; color: %4; border: 1px solid %9; padding: 4px 7px; }
)"_s;
    const QString ink = Theme::inkOn(t.accent).lightness() < 128 ? u"dark"_s : u"light"_s;
    const QColor edge = Theme::mixed(t.panel, t.muted, 0.6); // of what lies over something else
    const QColor chosen = Theme::mixed(t.panel, t.accent, 0.3);
    return template_
        .arg(t.window.name(), t.panel.name(), t.grid.name(), t.text.name(), t.muted.name(), t.accent.name(),
            ink, t.bad.name(), edge.name())
        .arg(chosen.name(), Theme::inkOn(t.accent).name());
}

bool systemIsDark()
{
    // 6.4 has no colour-scheme hint: the start-up palette tells
    static const bool dark = QPalette().color(QPalette::Window).lightness() < 128;
    return dark;
}

} // namespace

QColor Theme::of(MemoryClass memoryClass) const { return pick(colourOf(memoryClass)); }
QColor Theme::of(Phase phase) const { return pick(colourOf(phase)); }
QColor Theme::of(Precision precision) const { return pick(colourOf(precision)); }

QColor Theme::series(std::size_t i) const { return pick(seriesColour(i)); }
QColor Theme::baseline() const { return pick(baselineColour()); }

QColor Theme::inkOn(const QColor& background)
{
    const auto linear
        = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    const double luminance = 0.2126 * linear(background.redF()) + 0.7152 * linear(background.greenF())
        + 0.0722 * linear(background.blueF());
    constexpr double even = 0.18; // both inks have the same contrast there (WCAG 2)
    return luminance > even ? QColor(0x0b0f14) : QColor(0xffffff);
}

QColor Theme::mixed(const QColor& a, const QColor& b, double shareOfB)
{
    const auto mix = [&](int x, int y) { return static_cast<int>(x + (y - x) * shareOfB); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

const Theme& theme() { return current(); }
ThemeChoice themeChoice() { return currentChoice(); }

void applyTheme(ThemeChoice choice)
{
    const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark());
    current() = dark ? darkTheme() : lightTheme();
    currentChoice() = choice;
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QApplication::setPalette(paletteOf(theme()));
    qApp->setStyleSheet(sheetOf(theme()));
}

void loadFonts()
{
    initialiseResources();
    for (const QString& file :
        {u":/fonts/Inter-Regular.otf"_s, u":/fonts/Inter-Medium.otf"_s, u":/fonts/Inter-SemiBold.otf"_s})
        QFontDatabase::addApplicationFont(file);
    QFont font(u"Inter"_s);
    font.setPixelSize(13);
    QApplication::setFont(font);
}

QFont figureFont()
{
    QFont font = QApplication::font();
    font.setPixelSize(22);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont smallFont()
{
    QFont font = QApplication::font();
    font.setPixelSize(11);
    return font;
}

QIcon icon(const QString& name)
{
    QSvgRenderer renderer(u":/icons/"_s % name % u".svg"_s);
    QIcon result;
    for (const auto& [mode, colour] : {std::pair(QIcon::Normal, theme().text),
             std::pair(QIcon::Disabled, Theme::mixed(theme().muted, theme().panel, 0.4))}) {
        constexpr int pixels = 48; // sharp at 300 %
        QPixmap pixmap(pixels, pixels);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), colour);
        painter.end();
        result.addPixmap(pixmap, mode);
    }
    return result;
}

} // namespace mantissa::ui
