// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/guide_dialog.h"

#include "core/record/environment.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QHBoxLayout>
#include <QImage>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollBar>
#include <QShortcut>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextFragment>
#include <QTextTable>

#include <algorithm>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr QSize initialSize(1120, 760);
constexpr int headingsWidth = 240;
constexpr int pictureWidth = 780; // of the guide's pictures, which are larger
constexpr double paragraphGap = 8;
constexpr double headingGap = 20;
constexpr double cellPadding = 4;
constexpr double lineHeight = 130; // percent
constexpr double markStrength = 0.35; // of what was searched for

/// Pictures in the colours of the theme, in a size that leaves the text beside them readable.
class GuideBrowser : public QTextBrowser {
public:
    using QTextBrowser::QTextBrowser;

protected:
    QVariant loadResource(int type, const QUrl& name) override
    {
        QUrl themed = name;
        const QString other = theme().isDark ? u"-light.png"_s : u"-dark.png"_s;
        if (name.path().endsWith(other))
            themed.setPath(
                name.path().chopped(other.size()) % (theme().isDark ? u"-dark.png" : u"-light.png"));
        const QVariant loaded = QTextBrowser::loadResource(type, themed);
        QImage picture;
        if (type != QTextDocument::ImageResource || !picture.loadFromData(loaded.toByteArray()))
            return loaded;
        const double ratio = devicePixelRatioF();
        picture = picture.scaledToWidth(static_cast<int>(pictureWidth * ratio), Qt::SmoothTransformation);
        picture.setDevicePixelRatio(ratio);
        return picture;
    }
};

/// Air between paragraphs, headings in three sizes, and the weight that the shipped font has instead of bold.
void layOut(QTextDocument* document)
{
    document->setDocumentMargin(16);
    for (QTextFrame* frame : document->rootFrame()->childFrames())
        if (auto* table = qobject_cast<QTextTable*>(frame)) {
            QTextTableFormat format = table->format();
            format.setBorderCollapse(true);
            format.setBorderBrush(theme().grid);
            format.setCellPadding(cellPadding);
            format.setBottomMargin(paragraphGap);
            table->setFormat(format);
        }
    for (QTextBlock block = document->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const int level = format.headingLevel();
        format.setLineHeight(lineHeight, QTextBlockFormat::ProportionalHeight);
        format.setTopMargin(level > 1 ? headingGap : 0);
        format.setBottomMargin(paragraphGap);
        cursor.setBlockFormat(format);
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QTextFragment piece = at.fragment();
            if (piece.charFormat().fontWeight() < QFont::Bold)
                continue;
            QTextCursor words(document);
            words.setPosition(piece.position());
            words.setPosition(piece.position() + piece.length(), QTextCursor::KeepAnchor);
            QTextCharFormat weight;
            weight.setFontWeight(QFont::DemiBold);
            words.mergeCharFormat(weight);
        }
    }
}

} // namespace

GuideDialog::GuideDialog(QWidget* parent)
    : QDialog(parent)
    , m_headings(new QListWidget(this))
    , m_text(new GuideBrowser(this))
    , m_words(new QLineEdit(this))
    , m_count(new QLabel(this))
{
    setObjectName(u"guide"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Guide") % u" – Mantissa " % text(programVersion()));
    resize(initialSize);
    auto* row = new QHBoxLayout(this);
    m_headings->setObjectName(u"headings"_s);
    m_headings->setAccessibleName(tr("Headings"));
    m_headings->setFixedWidth(headingsWidth);
    m_headings->setSpacing(3);
    m_text->setAccessibleName(tr("Guide"));
    m_text->setOpenExternalLinks(true);
    m_words->setObjectName(u"guideSearch"_s);
    m_words->setAccessibleName(tr("Search the guide"));
    m_words->setPlaceholderText(tr("Search  (Ctrl+F)"));
    m_words->setClearButtonEnabled(true);
    m_words->setFixedWidth(headingsWidth);
    m_words->installEventFilter(this);
    m_count->setObjectName(u"muted"_s);
    connect(m_words, &QLineEdit::textChanged, this, &GuideDialog::find);
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, m_words,
        [words = m_words] { words->setFocus(Qt::ShortcutFocusReason); });
    auto* side = new QVBoxLayout;
    side->addWidget(m_words);
    side->addWidget(m_count);
    side->addWidget(m_headings, 1);
    row->addLayout(side);
    row->addWidget(m_text, 1);
    load();
    listHeadings();
    connect(m_headings, &QListWidget::currentRowChanged, this, &GuideDialog::showHeading);
    m_headings->setCurrentRow(0);
    m_headings->setFocus();
    find({});
}

void GuideDialog::load()
{
    m_text->setSource(QUrl(u"qrc:/guide/guide.md"_s), QTextDocument::MarkdownResource);
    layOut(m_text->document());
}

void GuideDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    const int at = m_text->verticalScrollBar()->value();
    m_text->reload();
    layOut(m_text->document());
    find(m_words->text());
    m_text->verticalScrollBar()->setValue(at);
}

bool GuideDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_words || event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter)
        return false;
    showFound(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
    return true;
}

void GuideDialog::find(const QString& words)
{
    m_found.clear();
    QList<QTextEdit::ExtraSelection> marks;
    QTextCursor at(m_text->document());
    while (!words.isEmpty() && !(at = m_text->document()->find(words, at)).isNull()) {
        m_found.push_back(at);
        QTextEdit::ExtraSelection mark;
        mark.cursor = at;
        mark.format.setBackground(Theme::mixed(theme().panel, theme().accent, markStrength));
        marks << mark;
    }
    m_text->setExtraSelections(marks);
    m_count->setText(tr("not found"));
    m_count->setVisible(!words.isEmpty());
    m_shown = 0;
    QTextCursor before = m_text->textCursor();
    before.clearSelection(); // of the words before these
    m_text->setTextCursor(before);
    showFound(0);
}

void GuideDialog::showFound(int by)
{
    if (m_found.empty())
        return;
    const auto count = static_cast<int>(m_found.size());
    m_shown = static_cast<std::size_t>((static_cast<int>(m_shown) + by + count) % count);
    m_text->setTextCursor(m_found[m_shown]);
    m_text->ensureCursorVisible();
    m_count->setText(tr("%1 of %2").arg(m_shown + 1).arg(count));
}

void GuideDialog::listHeadings()
{
    for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next())
        if (block.blockFormat().headingLevel() > 0) {
            constexpr int step = 2; // of indentation, in blanks
            auto* heading = new QListWidgetItem(
                QString(step * std::max(0, block.blockFormat().headingLevel() - 2), u' ') % block.text(),
                m_headings);
            heading->setData(Qt::UserRole, block.position());
        }
}

void GuideDialog::showHeading(int row)
{
    const QTextBlock block = m_text->document()->findBlock(m_headings->item(row)->data(Qt::UserRole).toInt());
    m_text->verticalScrollBar()->setValue(
        static_cast<int>(m_text->document()->documentLayout()->blockBoundingRect(block).top()));
}

} // namespace mantissa::ui
