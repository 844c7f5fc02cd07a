// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One step of undo in the set-up panel: everything in it before and after. Typing in one field is one step.

#include "ui/pages/setup_state.h"

#include <QKeySequence>
#include <QUndoCommand>

#include <functional>

namespace mantissa::ui {

/// The same on every platform, so that a field can leave them to the window.
QList<QKeySequence> undoKeys();
QList<QKeySequence> redoKeys();

class SetupEdit : public QUndoCommand {
public:
    /// Leads the panel from one state to the other.
    using Show = std::function<void(const SetupState& from, const SetupState& to)>;
    static constexpr int alone = -1; ///< a field that joins no other edit

    /// `field`: edits of the same one that follow each other become one step. `isShown`: the widgets show
    /// `after` already.
    SetupEdit(Show show, SetupState before, SetupState after, const QString& what, int field, bool isShown);

    void undo() override { m_show(m_after, m_before); }
    void redo() override;
    int id() const override { return m_field; }
    bool mergeWith(const QUndoCommand* other) override;

private:
    Show m_show;
    SetupState m_before;
    SetupState m_after;
    int m_field;
    bool m_isShown;
};

} // namespace mantissa::ui
