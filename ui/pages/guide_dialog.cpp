// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/guide_dialog.h"

#include "core/record/environment.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QHBoxLayout>
#include <QImage>
#include <QListWidget>
#include <QScrollBar>
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

/// Pictures in a size that leaves the text beside them readable.
class GuideBrowser : public QTextBrowser {
public:
    using QTextBrowser::QTextBrowser;

protected:
    QVariant loadResource(int type, const QUrl& name) override
    {
        const QVariant loaded = QTextBrowser::loadResource(type, name);
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
    row->addWidget(m_headings);
    row->addWidget(m_text, 1);
    m_text->setSource(QUrl(u"qrc:/guide/guide.md"_s), QTextDocument::MarkdownResource);
    layOut(m_text->document());
    listHeadings();
    connect(m_headings, &QListWidget::currentRowChanged, this, &GuideDialog::showHeading);
    m_headings->setCurrentRow(0);
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
