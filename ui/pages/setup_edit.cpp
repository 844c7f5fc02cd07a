// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/setup_edit.h"

#include <utility>

namespace mantissa::ui {

QList<QKeySequence> undoKeys() { return {Qt::CTRL | Qt::Key_Z}; }
QList<QKeySequence> redoKeys() { return {Qt::CTRL | Qt::SHIFT | Qt::Key_Z, Qt::CTRL | Qt::Key_Y}; }

SetupEdit::SetupEdit(
    Show show, SetupState before, SetupState after, const QString& what, int field, bool isShown)
    : QUndoCommand(what)
    , m_show(std::move(show))
    , m_before(std::move(before))
    , m_after(std::move(after))
    , m_field(field)
    , m_isShown(isShown)
{
}

void SetupEdit::redo()
{
    if (!std::exchange(m_isShown, false)) // the stack calls it at once when an edit is pushed
        m_show(m_before, m_after);
}

bool SetupEdit::mergeWith(const QUndoCommand* other)
{
    m_after = static_cast<const SetupEdit*>(other)->m_after; // ids are equal, and nobody else uses them
    setObsolete(m_before == m_after);
    return true;
}

} // namespace mantissa::ui
