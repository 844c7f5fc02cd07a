// SPDX-License-Identifier: Apache-2.0
#include "core/data/token_cache.h"

#include "core/base/file.h"

#include <QTemporaryDir>
#include <QTest>

#include <numeric>

using namespace mantissa;
namespace fs = std::filesystem;

namespace {

/// Counts how often it is asked to encode.
class CountingTokenizer final : public Tokenizer {
public:
    CountingTokenizer(std::int64_t size, std::string digest)
        : m_size(size)
        , m_digest(std::move(digest))
    {
    }
    std::vector<Token> encode(std::string_view text, bool) const override
    {
        ++m_asked;
        std::vector<Token> tokens;
        for (std::size_t i = 0; i < text.size(); ++i)
            tokens.push_back(
                {static_cast<TokenId>(m_size - 1 - static_cast<unsigned char>(text[i])), i, i + 1});
        return tokens;
    }
    std::string decode(std::span<const TokenId>, bool) const override { return {}; }
    std::optional<TokenId> idOf(std::string_view) const override { return {}; }
    std::int64_t size() const override { return m_size; }
    const std::string& digest() const override { return m_digest; }
    int asked() const { return m_asked; }

private:
    std::int64_t m_size;
    std::string m_digest;
    mutable int m_asked = 0;
};

std::vector<TokenId> allOf(const TokenFile& file)
{
    std::vector<TokenId> ids(static_cast<std::size_t>(file.size()));
    file.copy(0, ids);
    return ids;
}

} // namespace

class TokenFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString());
        qputenv("XDG_CACHE_HOME", m_dir->path().toUtf8());
    }

    void idsComeBack_data()
    {
        QTest::addColumn<int>("largest");
        QTest::newRow("two bytes") << 65535;
        QTest::newRow("four bytes") << 65536;
    }
    void idsComeBack()
    {
        QFETCH(int, largest);
        std::vector<TokenId> ids = {0, 1, largest, 255, 256, largest - 1};
        write(ids, largest, "key");
        const auto file = TokenFile::open(place(), "key");
        QVERIFY(file.has_value());
        QCOMPARE(allOf(*file), ids);
        QCOMPARE(file->at(2), largest);
        std::vector<TokenId> two(2);
        file->copy(3, two);
        QCOMPARE(two, (std::vector<TokenId>{255, 256}));
        QCOMPARE(fs::file_size(place()), 168 + ids.size() * (largest > 65535 ? 4 : 2));
    }

    void noIdsAreAFileToo()
    {
        write({}, 10, "key");
        const auto file = TokenFile::open(place(), "key");
        QVERIFY(file.has_value());
        QCOMPARE(file->size(), 0);
    }

    void anotherKeyIsRefused()
    {
        write({1, 2, 3}, 10, "key");
        QVERIFY(says(TokenFile::open(place(), "other"), "another text or tokenizer"));
    }

    void everyDamageIsFound()
    {
        write({1, 2, 3, 4, 5}, 10, "key");
        const std::string whole = *readFile(place());
        for (std::size_t cut : {std::size_t{0}, std::size_t{100}, whole.size() - 1, whole.size() - 2}) {
            QVERIFY(writeFileAtomically(place(), whole.substr(0, cut)).has_value());
            QVERIFY(!TokenFile::open(place(), "key").has_value());
        }
        for (std::size_t at = 0; at < whole.size(); ++at) {
            if (at >= 18 && at < 24)
                continue; // what fills up the name
            if (at >= 28 && at < 32)
                continue; // unused
            std::string damaged = whole;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
            QVERIFY(writeFileAtomically(place(), damaged).has_value());
            QVERIFY2(!TokenFile::open(place(), "key").has_value(), std::to_string(at).c_str());
        }
    }

    void whatWasNotFinishedLeavesNothing()
    {
        {
            auto writer = TokenFileWriter::make(place(), 10);
            QVERIFY(writer.has_value());
            QVERIFY(writer->add(std::vector<TokenId>{1, 2}).has_value());
        }
        QVERIFY(fs::is_empty(m_root));
    }

    void aTextIsEncodedOnceForEachTokenizer()
    {
        const CountingTokenizer first(1000, "first");
        const CountingTokenizer second(100000, "second");
        for (int times = 0; times < 2; ++times) {
            const auto tokens = cachedTokens("abc", sha256Of("abc"), first);
            QVERIFY(tokens.has_value());
            QCOMPARE(allOf(tokens->tokens), (std::vector<TokenId>{999 - 'a', 999 - 'b', 999 - 'c'}));
            QVERIFY(tokens->remark.empty());
        }
        QCOMPARE(first.asked(), 1);
        QVERIFY(cachedTokens("abc", sha256Of("abc"), second).has_value());
        QVERIFY(cachedTokens("abd", sha256Of("abd"), first).has_value());
        QCOMPARE(first.asked(), 2);
        QCOMPARE(tokenCache()->files, 3);
    }

    void aDamagedFileIsMadeAnewAndSaid()
    {
        const CountingTokenizer tokenizer(1000, "t");
        QVERIFY(cachedTokens("abc", sha256Of("abc"), tokenizer).has_value());
        const fs::path file = fs::directory_iterator(m_root / "mantissa" / "tokens")->path();
        std::string damaged = *readFile(file);
        damaged.back() ^= 1;
        QVERIFY(writeFileAtomically(file, damaged).has_value());
        const auto again = cachedTokens("abc", sha256Of("abc"), tokenizer);
        QVERIFY(again.has_value());
        QCOMPARE(tokenizer.asked(), 2);
        QVERIFY(again->remark.find("not those that were written") != std::string::npos);
        QCOMPARE(allOf(again->tokens).size(), std::size_t{3});
    }

    void anInterruptKeepsNothing()
    {
        const CountingTokenizer tokenizer(1000, "t");
        const auto tokens = cachedTokens("abc", sha256Of("abc"), tokenizer, [] { return true; });
        QVERIFY(!tokens.has_value());
        QCOMPARE(tokens.error().code, ExitCode::Interrupted);
        QCOMPARE(tokenCache()->files, 0);
    }

    void theCacheIsCountedAndClearedAndLeavesWhatIsNotOurs()
    {
        const CountingTokenizer tokenizer(1000, "t");
        QVERIFY(cachedTokens("abc", sha256Of("abc"), tokenizer).has_value());
        const fs::path folder = m_root / "mantissa" / "tokens";
        QVERIFY(writeFileAtomically(folder / "notes.txt", "mine").has_value());
        QVERIFY(writeFileAtomically(folder / "left.tokens.1-1.part", "left behind").has_value());
        QCOMPARE(tokenCache()->folder, folder);
        QCOMPARE(tokenCache()->files, 2);
        QCOMPARE(tokenCache()->bytes, 168 + 6 + 11);
        QCOMPARE(clearTokenCache()->files, 2);
        QCOMPARE(tokenCache()->files, 0);
        QVERIFY(fs::exists(folder / "notes.txt"));
    }

    void withoutAPlaceTheCacheSaysSo()
    {
        const QByteArray home = qgetenv("HOME");
        qputenv("XDG_CACHE_HOME", "relative");
        qunsetenv("HOME");
        const auto cache = tokenCache();
        qputenv("HOME", home);
        QVERIFY(says(cache, "neither XDG_CACHE_HOME nor HOME"));
        QCOMPARE(tokenCache()->folder, fs::path(home.toStdString()) / ".cache" / "mantissa" / "tokens");
    }

    void aPlaceThatCannotBeWrittenToIsNamed()
    {
        QVERIFY(writeFileAtomically(m_root / "file", "").has_value());
        qputenv("XDG_CACHE_HOME", (m_dir->path() + "/file").toUtf8());
        const CountingTokenizer tokenizer(1000, "t");
        QVERIFY(says(cachedTokens("abc", sha256Of("abc"), tokenizer), "set XDG_CACHE_HOME"));
    }

private:
    fs::path place() const { return m_root / "ids.tokens"; }
    void write(const std::vector<TokenId>& ids, TokenId largest, const std::string& key)
    {
        auto writer = TokenFileWriter::make(place(), largest);
        QVERIFY(writer.has_value());
        QVERIFY(writer->add(std::span(ids).first(ids.size() / 2)).has_value());
        QVERIFY(writer->add(std::span(ids).subspan(ids.size() / 2)).has_value());
        QVERIFY(writer->finish(key).has_value());
    }
    template <class Value> static bool says(const Result<Value>& result, const std::string& words)
    {
        if (result)
            return false;
        const bool found = result.error().message.find(words) != std::string::npos;
        if (!found)
            qWarning("%s", result.error().message.c_str());
        return found;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(TokenFileTest)

#include "token_file_test.moc"
