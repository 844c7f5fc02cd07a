// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/report_page.h"

#include "ui/pages/paper_view.h"
#include "ui/report_pages.h"
#include "ui/run_export.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

ReportPage::ReportPage(RunSession* session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_state(new QLabel(this))
    , m_paper(new PaperView(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    auto* row = new QHBoxLayout;
    m_state->setObjectName(u"muted"_s);
    m_state->setWordWrap(true); // one row of words and buttons is wider than a small window
    row->addWidget(m_state, 1);
    for (const auto& [title, ending] : {std::pair(tr("Save as HTML"), u"html"_s),
             std::pair(tr("Save as PDF"), u"pdf"_s), std::pair(tr("Save numbers as CSV"), u"csv"_s)}) {
        auto* button = new QPushButton(title, this);
        button->setObjectName(u"save-"_s % ending);
        connect(
            button, &QPushButton::clicked, this, [this, ending = ending] { Q_EMIT saveRequested(ending); });
        row->addWidget(button);
    }
    auto* copy = new QPushButton(tr("Copy as Markdown"), this);
    copy->setObjectName(u"copyMarkdown"_s);
    connect(copy, &QPushButton::clicked, this, &ReportPage::copyRequested);
    row->addWidget(copy);
    column->addLayout(row);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(u"paperScroll"_s);
    scroll->setAccessibleName(tr("Report"));
    scroll->setWidget(m_paper);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(scroll, 1);
    for (const auto change : {&RunSession::runChanged, &RunSession::rowsAppended, &RunSession::ended,
             &RunSession::baselineChanged})
        connect(session, change, this, &ReportPage::noteChange);
    connect(session, &RunSession::ended, this, [this] {
        if (isVisible())
            refresh();
    });
}

ReportPage::~ReportPage() = default;

void ReportPage::noteChange()
{
    if (!m_isStale && isVisible() && m_session->showsTraining())
        m_state->setText(tr("the run goes on: come back to this page for what is new"));
    m_isStale = true;
}

void ReportPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        refresh();
}

void ReportPage::refresh()
{
    m_isStale = false;
    const Run& run = m_session->run();
    m_pages = run.folder().empty() ? nullptr
                                   : std::make_unique<ReportPages>(reportInput(run, m_session->baseline()));
    m_state->setText(!m_pages
            ? tr("no run is open; open or start one, and its report stands here")
            : tr("as it is printed; the HTML report has every row and follows light and dark"));
    m_paper->showPages(m_pages.get());
}

} // namespace mantissa::ui
