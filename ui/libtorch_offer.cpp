// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/libtorch_offer.h"

#include "ui/pages/confirm_bar.h"
#include "ui/theme/format.h"

#include <QFileDialog>
#include <QProcess>
#include <QRegularExpression>
#include <QTimer>

namespace mantissa::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int usageExitCode
    = static_cast<int>(ExitCode::Usage); // fetch-libtorch has told its plan and done nothing

/// The last line that says something; a bar of progress is none.
QString lastSentence(const QString& said)
{
    const QStringList lines = said.split(QRegularExpression(u"[\r\n]"_s), Qt::SkipEmptyParts);
    for (auto line = lines.crbegin(); line != lines.crend(); ++line)
        if (!line->contains(u'%') && !line->trimmed().isEmpty())
            return line->trimmed();
    return {};
}

} // namespace

LibTorchOffer::LibTorchOffer(ConfirmBar* bar, QString program, QObject* parent)
    : QObject(parent)
    , m_bar(bar)
    , m_program(std::move(program))
    , m_process(new QProcess(this))
    , m_poll(new QTimer(this))
{
    m_poll->setInterval(backgroundMilliseconds);
    connect(m_poll, &QTimer::timeout, this, [this] {
        if (!m_search->isDone())
            return;
        m_poll->stop();
        const auto place = m_search->take();
        m_search.reset();
        if (!place)
            offer(messageText(place.error().message));
        Q_EMIT looked(place.has_value());
    });
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardOutputFile(QProcess::nullDevice());
    connect(m_process, &QProcess::readyReadStandardError, this, &LibTorchOffer::showProgress);
    connect(m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        showProgress();
        std::exchange(m_done, {})(status == QProcess::NormalExit ? code : -1, m_said);
    });
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) // nothing else follows then
            m_bar->tell(tr("%1 cannot be started: %2").arg(m_program, m_process->errorString()));
    });
}

LibTorchOffer::~LibTorchOffer()
{
    m_process->disconnect(this);
    m_process->kill(); // what it has downloaded stays, and the next try goes on there
    m_process->waitForFinished();
}

void LibTorchOffer::lookAt(const LibTorchPlaces& places)
{
    m_search = std::make_unique<Background<Result<LibTorchPlace>>>(
        [places](const std::stop_token&) { return findLibTorch(places); });
    m_poll->start();
}

void LibTorchOffer::offer(const QString& problem)
{
    m_bar->ask(
        tr("To train, LibTorch %1 is needed, and none was found here. PyTorch's can be downloaded, or taken "
           "from a folder.")
            .arg(text(libtorchSeries())),
        tr("Download…"), [this] { askForSize(); }, tr("Choose a folder…"), [this] { chooseFolder(); },
        tr("Later"));
    m_bar->setToolTip(problem);
}

void LibTorchOffer::askForSize()
{
    m_bar->tell(tr("Asking how large it is…"));
    run({}, [this](int code, const QString& said) {
        static const QRegularExpression plan(
            u"^.* to download into .*$"_s, QRegularExpression::MultilineOption);
        const auto found = plan.match(said);
        if (code == usageExitCode && found.hasMatch())
            m_bar->ask(
                found.captured() % u'.', tr("Download"), [this] { download(); }, {}, {}, tr("Later"));
        else
            m_bar->tell(lastSentence(said));
    });
}

void LibTorchOffer::download()
{
    run({u"--yes"_s}, [this](int code, const QString& said) {
        m_bar->tell(code == 0 ? tr("LibTorch is here; runs can start.") : lastSentence(said));
    });
}

void LibTorchOffer::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(m_bar, tr("Folder of a torch or LibTorch"));
    if (folder.isEmpty())
        return;
    run({u"--use"_s, folder}, [this](int code, const QString& said) {
        m_bar->tell(code == 0 ? tr("LibTorch is here; runs can start.") : lastSentence(said));
    });
}

void LibTorchOffer::run(const QStringList& arguments, std::function<void(int, const QString&)> done)
{
    m_said.clear();
    m_done = std::move(done);
    m_process->start(m_program, QStringList{u"fetch-libtorch"_s} + arguments);
}

void LibTorchOffer::showProgress()
{
    m_said += QString::fromUtf8(m_process->readAllStandardError());
    static const QRegularExpression percent(u"([0-9.]+)%[^%]*$"_s);
    const auto found = percent.match(m_said);
    if (m_process->state() == QProcess::Running && found.hasMatch())
        m_bar->tell(tr("%1: %2 % downloaded").arg(lastSentence(m_said), found.captured(1)));
}

} // namespace mantissa::ui
