// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/empty_state.h"

#include "ui/theme/theme.h"

#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

QWidget* emptyState(const QString& title, const QString& words, QWidget* below, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setObjectName(u"card"_s);
    auto* column = new QVBoxLayout(frame);
    column->setSpacing(10);
    auto* heading = new QLabel(title, frame);
    heading->setFont(figureFont());
    heading->setStyleSheet(u"font-size: 22px; font-weight: 600;"_s);
    auto* how = new QLabel(words, frame);
    how->setObjectName(u"muted"_s);
    column->addStretch(2);
    for (QLabel* label : {heading, how}) {
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignCenter);
        column->addWidget(label);
    }
    if (below)
        column->addWidget(below, 0, Qt::AlignCenter);
    column->addStretch(3);
    return frame;
}

} // namespace mantissa::ui
