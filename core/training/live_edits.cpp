// SPDX-License-Identifier: Apache-2.0
#include "core/training/live_edits.h"

#include "core/precision/preset_difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mantissa {

Status LiveEdits::take(const TableEdit& edit)
{
    const bool goesOn = m_last && m_last->from == edit.from;
    PresetChoices choices = m_plans.choices();
    choices.table = applied({edit.table, goesOn ? m_last->table : edit.from}, choices.table);
    RunConfig changed = m_run.config();
    changed.choices = choices;
    const Status allowed = check(changed);
    if (allowed)
        m_last = edit;
    else
        TRY(m_run.notice(Severity::Warning, "the edited table was not taken: " + allowed.error().message));
    if (!allowed || choices.table == m_plans.choices().table)
        return tellChoices(m_run, m_plans);
    const std::string settings
        = fmt::format("table edited: {}", fmt::join(settingsBetween(m_plans.choices(), choices), ", "));
    m_plans.setChoices(choices);
    m_segments.setEdited();
    TRY(tellChoices(m_run, m_plans));
    return m_run.notice(Severity::Info, settings);
}

} // namespace mantissa
