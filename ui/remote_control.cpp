// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/remote_control.h"

#include "ui/theme/format.h"

#include <utility>

namespace mantissa::ui {

namespace {

constexpr int looksBetween = 10; // of five seconds: finding out why there is no door reads the run's folder

} // namespace

RemoteControl::RemoteControl(std::filesystem::path runFolder, QObject* parent)
    : QObject(parent)
    , m_folder(std::move(runFolder))
{
    open();
}

void RemoteControl::open()
{
    auto line = ControlLine::open(m_folder);
    m_whyNot = line ? QString() : messageText(line.error().message);
    if (!line)
        return;
    m_line.emplace(std::move(*line));
    m_readable = std::make_unique<QSocketNotifier>(m_line->descriptor(), QSocketNotifier::Read);
    connect(m_readable.get(), &QSocketNotifier::activated, this, &RemoteControl::takeAnswers);
    m_line->send({ControlAsk::State});
}

void RemoteControl::close()
{
    m_readable->setEnabled(false);
    m_readable.release()->deleteLater(); // it may be what calls us
    m_line.reset();
    m_state = TrainerState::Training;
    m_looks = 0;
}

void RemoteControl::ask(const ControlRequest& request)
{
    if (m_line && m_line->send(request))
        return;
    Q_EMIT refused(m_whyNot.isEmpty() ? tr("The training has ended, or does not answer: nothing was changed")
                                      : m_whyNot);
}

void RemoteControl::look()
{
    if (m_line) {
        m_line->send({ControlAsk::State}); // nobody there any more: seen by what is read
        return;
    }
    if (++m_looks % looksBetween != 0)
        return;
    open();
    if (m_line)
        Q_EMIT changed();
}

void RemoteControl::takeAnswers()
{
    const TrainerState before = m_state;
    for (const auto& answer : m_line->answers()) {
        if (answer)
            m_state = answer->state;
        else
            Q_EMIT refused(messageText(answer.error().message));
    }
    const bool isClosed = m_line->isClosed();
    if (isClosed)
        close();
    if (isClosed || m_state != before)
        Q_EMIT changed();
}

} // namespace mantissa::ui
