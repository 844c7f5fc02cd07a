// SPDX-License-Identifier: Apache-2.0
#pragma once

// A driver with cards for one test: a copy of the fake library with values of its own beside it.

#include "core/card/cards.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

namespace mantissa {

class FakeCards {
public:
    /// No card yet.
    FakeCards() { std::filesystem::copy_file(MANTISSA_FAKE_NVML, library()); }

    std::string library() const { return m_folder.path().toStdString() + "/libnvidia-ml.so.1"; }
    /// "0.temperature": of card 0, in the units of the library. The next reading has it.
    void set(const std::string& key, const std::string& value)
    {
        const std::lock_guard lock(m_mutex);
        m_values[key] = value;
        write();
    }
    void forget(const std::string& key)
    {
        const std::lock_guard lock(m_mutex);
        m_values.erase(key);
        write();
    }
    /// A card of 8 GiB that says everything of itself.
    void add(int index, const std::string& name, const std::string& uuid)
    {
        const std::string card = std::to_string(index) + ".";
        for (const auto& [key, value] : std::map<std::string, std::string>{{"name", name}, {"uuid", uuid},
                 {"total", "8589934592"}, {"used", "2147483648"}, {"own", "1073741824"},
                 {"temperature", "61"}, {"milliwatts", "215500"}, {"limit_milliwatts", "700000"},
                 {"clock", "1980"}, {"memory_clock", "2619"}, {"load", "97"}})
            set(card + key, value);
        set("count", std::to_string(index + 1));
        set("driver", "550.54.15");
    }

private:
    void write()
    {
        // in one step: the library may read it at this moment
        const std::string file = library() + ".values";
        {
            std::ofstream out(file + ".new");
            for (const auto& [key, value] : m_values)
                out << key << ' ' << value << '\n';
        }
        std::filesystem::rename(file + ".new", file);
    }

    QTemporaryDir m_folder{};
    std::mutex m_mutex;
    std::map<std::string, std::string> m_values{};
};

} // namespace mantissa
