// SPDX-License-Identifier: Apache-2.0
#include "core/files/wheel_index.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

using namespace mantissa;

class WheelIndexTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theListThatShipsIsRead()
    {
        const auto wheels
            = readWheelList(std::filesystem::path(MANTISSA_TEST_DATA) / "../../packaging/wheels-cpu.txt");
        QVERIFY(wheels.has_value());
        QVERIFY(!wheels->empty());
        QCOMPARE(wheels->front().package.c_str(), "torch");
        QCOMPARE(wheels->front().sha256.size(), std::size_t{64});
        QCOMPARE((PinnedWheel{"nvidia-cuda-runtime", "13.0.96", ""}.marker().c_str()),
            "nvidia_cuda_runtime-13.0.96.dist-info");
    }
    void aLineThatIsNoPinIsRefusedByItself()
    {
        const QTemporaryDir dir;
        const auto file = std::filesystem::path(dir.path().toStdString()) / "list.txt";
        for (const std::string& line :
            std::vector<std::string>{"torch", "torch==1", "torch==1 --hash=sha256:12",
                "../x==1 --hash=sha256:" + m_digest, "--hash=sha256:" + m_digest + " torch==1"}) {
            std::ofstream(file) << "# pinned\n\n" << line << "\n";
            const auto wheels = readWheelList(file);
            QVERIFY2(!wheels, line.c_str());
            QVERIFY(wheels.error().message.find("'" + line + "'") != std::string::npos);
        }
    }
    void theFileOfThePinnedDigestIsTaken()
    {
        const auto file = fileOnPage(page("'https://files.example/torch.whl'"), m_url, m_wheel);
        QVERIFY(file.has_value());
        QCOMPARE(file->url.c_str(), "https://files.example/torch.whl");
        QCOMPARE(file->bytes, std::int64_t{123});
    }
    void addressesWithoutAServerAreOfTheIndex()
    {
        QCOMPARE(fileOnPage(page("'/files/torch.whl'"), m_url, m_wheel)->url.c_str(),
            "https://index.example:8/files/torch.whl");
        QCOMPARE(fileOnPage(page("'../../files/torch.whl'"), m_url, m_wheel)->url.c_str(),
            "https://index.example:8/simple/torch/../../files/torch.whl");
        QCOMPARE(pageOf("https://index.example:8/simple", m_wheel).c_str(), m_url.c_str());
        QCOMPARE(pageOf("https://index.example:8/simple/", m_wheel).c_str(), m_url.c_str());
    }
    void aPageWithoutItIsRefusedInWords()
    {
        for (const std::string& text : {std::string("<html>"), std::string("[]"), std::string("{}"),
                 std::string("{\"files\": [3, {\"hashes\": 4}, {}]}"), page("4"), page("null")}) {
            const auto file = fileOnPage(text, m_url, m_wheel);
            QVERIFY(!file);
            QVERIFY(file.error().message.find(m_url) != std::string::npos);
            QVERIFY(file.error().message.find("--index") != std::string::npos);
        }
    }

private:
    /// A page of two files; `url` is JSON, with ' for ": moc takes a raw string with slashes for a comment.
    std::string page(const std::string& url) const
    {
        std::string text
            = "{'files': [{'url': 'https://files.example/other.whl', 'hashes': {'sha256': '00'}, 'size': 1}, "
              "{'url': "
            + url + ", 'hashes': {'sha256': '" + m_digest + "'}, 'size': 123}]}";
        std::replace(text.begin(), text.end(), '\'', '"');
        return text;
    }
    const std::string m_digest = std::string(64, 'a');
    const std::string m_url = "https://index.example:8/simple/torch/";
    const PinnedWheel m_wheel{"torch", "2.11.0", m_digest};
};

QTEST_APPLESS_MAIN(WheelIndexTest)
#include "wheel_index_test.moc"
