// SPDX-License-Identifier: Apache-2.0
#include "core/base/machine_room.h"

#include "core/base/units.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace mantissa;
namespace fs = std::filesystem;

class MachineRoomTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
        write("proc/meminfo", "MemTotal:       100 kB\nMemAvailable:    80 kB\n");
    }
    void withoutGroupsItIsWhatTheKernelSays()
    {
        QCOMPARE(availableMemoryBytes(m_root), 80 * kibibyte);
        write("sys/fs/cgroup/memory.max", "max\n");
        write("sys/fs/cgroup/memory.current", "5\n");
        QCOMPARE(availableMemoryBytes(m_root), 80 * kibibyte);
    }
    void aGroupLeavesItsLimitWithoutWhatIsUsedButForIdleFiles()
    {
        write("proc/self/cgroup", "0::/user/job\n");
        group("sys/fs/cgroup/user/job", "memory.max", 50000, "memory.current", 30000, "inactive_file 10000");
        QCOMPARE(availableMemoryBytes(m_root), 30000);
    }
    void theTightestOfTheGroupsAboveCounts()
    {
        write("proc/self/cgroup", "0::/user/job\n");
        group("sys/fs/cgroup/user", "memory.max", 40000, "memory.current", 39000, "inactive_file 0");
        group("sys/fs/cgroup/user/job", "memory.max", 50000, "memory.current", 30000, "inactive_file 0");
        QCOMPARE(availableMemoryBytes(m_root), 1000);
    }
    void insideAContainerTheRootGroupIsTheLimit()
    {
        write("proc/self/cgroup", "0::/outside/of/view\n");
        group("sys/fs/cgroup", "memory.max", 9000, "memory.current", 4000, "inactive_file 0");
        QCOMPARE(availableMemoryBytes(m_root), 5000);
    }
    void theFirstVersionOfGroupsCountsToo()
    {
        write("proc/self/cgroup", "9:cpu:/a\n4:memory:/docker/x\n");
        group("sys/fs/cgroup/memory/docker/x", "memory.limit_in_bytes", 9000, "memory.usage_in_bytes", 8000,
            "total_inactive_file 500");
        QCOMPARE(availableMemoryBytes(m_root), 1500);
    }
    void moreUsedThanAllowedLeavesNothing()
    {
        group("sys/fs/cgroup", "memory.max", 10, "memory.current", 40, "inactive_file 0");
        QCOMPARE(availableMemoryBytes(m_root), 0);
    }
    void thisMachineHasSomeOfBoth()
    {
        QVERIFY(availableMemoryBytes() > 0);
        QVERIFY(*freeDiskBytes(m_root) > 0);
        QVERIFY(freeDiskBytes(m_root / "not/there/yet") == freeDiskBytes(m_root));
    }

private:
    void write(const std::string& name, const std::string& text)
    {
        fs::create_directories((m_root / name).parent_path());
        std::ofstream(m_root / name) << text;
    }
    void group(const std::string& folder, const std::string& limit, std::int64_t most,
        const std::string& used, std::int64_t now, const std::string& stat)
    {
        write(folder + "/" + limit, std::to_string(most) + "\n");
        write(folder + "/" + used, std::to_string(now) + "\n");
        write(folder + "/memory.stat", "anon 1\n" + stat + "\n");
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(MachineRoomTest)
#include "machine_room_test.moc"
