// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/data_preview_dialog.h"

#include "core/record/config_data.h"
#include "ui/theme/format.h"

#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QTimerEvent>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::int64_t rowsShown = 20;

/// Blanks and line ends can be seen; a line end breaks the line too.
QString visible(const std::string& token)
{
    QString shown = text(token).toHtmlEscaped();
    shown.replace(u'\n', u"⏎<br>"_s).replace(u'\t', u"⇥"_s);
    return shown.replace(u' ', u"&nbsp;"_s);
}

} // namespace

DataPreviewDialog::DataPreviewDialog(const RunConfig& config, QWidget* parent)
    : QDialog(parent)
    , m_numbers(new QLabel(tr("reading and encoding …"), this))
    , m_rows(new QTextBrowser(this))
    , m_reading(std::make_unique<Background<Result<DataPreview>>>([config](const std::stop_token& stop) {
        return previewOf(config, rowsShown, [&stop] { return stop.stop_requested(); });
    }))
{
    setObjectName(u"dataPreview"_s);
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Data · %1").arg(text(config.data.source)));
    resize(860, 640);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(10);
    m_numbers->setWordWrap(true);
    m_numbers->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(m_numbers);
    auto* legend = new QLabel(
        tr("Tokens in turn light and dark. Underlined on colour: learned. Plain: read, not learned."), this);
    legend->setObjectName(u"muted"_s);
    column->addWidget(legend);
    m_rows->setObjectName(u"previewRows"_s);
    m_rows->setAccessibleName(tr("The first rows, token by token"));
    column->addWidget(m_rows, 1);
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    column->addWidget(close, 0, Qt::AlignRight);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    startTimer(backgroundMilliseconds);
}

DataPreviewDialog::~DataPreviewDialog() = default;

void DataPreviewDialog::timerEvent(QTimerEvent* event)
{
    if (!m_reading || !m_reading->isDone())
        return;
    killTimer(event->timerId());
    show(m_reading->take());
    m_reading.reset();
}

void DataPreviewDialog::show(const Result<DataPreview>& preview)
{
    if (!preview) {
        m_numbers->setText(messageText(preview.error().message));
        return;
    }
    QStringList sentences;
    if (preview->training.rows == 0) // one text, of which the beginning was encoded
        sentences << tr("%1 of text, all of it learned; this is how it begins:")
                         .arg(bytesText(static_cast<double>(preview->read.bytes)));
    else
        for (const std::string& sentence : sentencesOf(*preview))
            sentences << text(sentence);
    m_numbers->setText(sentences.join(u'\n'));
    QString html;
    for (const PreviewRow& row : preview->rows)
        html += htmlOf(row);
    m_rows->setHtml(html);
}

QString DataPreviewDialog::htmlOf(const PreviewRow& row) const
{
    constexpr int lighter = 125; // %: of every second token that is learned
    const QString learned = palette().color(QPalette::Highlight).name();
    const QString learnedToo = palette().color(QPalette::Highlight).lighter(lighter).name();
    const QString onLearned = palette().color(QPalette::HighlightedText).name();
    const QString plain = palette().color(QPalette::AlternateBase).name();
    QString html = u"<p>"_s
        % strongHtml(tr("Row %1 · %2 tokens").arg(countText(row.number), countText(row.length))) % u"<br>"_s;
    bool isEven = false;
    for (const PreviewToken& token : row.tokens) {
        isEven = !isEven;
        if (token.isTrained)
            html += u"<span style=\"background:%1;color:%2;text-decoration:underline\">%3</span>"_s.arg(
                isEven ? learnedToo : learned, onLearned, visible(token.text));
        else if (isEven)
            html += u"<span style=\"background:%1\">%2</span>"_s.arg(plain, visible(token.text));
        else
            html += visible(token.text);
        html += u"<wbr>"_s;
    }
    return html % (row.isWhole() ? QString() : u" …"_s) % u"</p>"_s;
}

} // namespace mantissa::ui
