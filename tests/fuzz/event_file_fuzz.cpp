// SPDX-License-Identifier: Apache-2.0
// Event files of TensorBoard. What is behind checksums is reached too: each input is read as it is, and as
// one record.

#include "core/files/crc32c.h"
#include "core/files/event_file.h"
#include "core/files/proto_wire.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <unistd.h>

using namespace mantissa;

namespace {

void read(std::string_view bytes)
{
    static const std::string path = "/dev/shm/event_file_fuzz." + std::to_string(::getpid());
    {
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
            std::fopen(path.c_str(), "wb"), std::fclose);
        std::fwrite(bytes.data(), 1, bytes.size(), file.get());
    }
    [[maybe_unused]] const auto scalars = readEventScalars(path);
    std::remove(path.c_str());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read(bytes);
    std::string record;
    appendLittleEndian(record, bytes.size(), 8);
    appendLittleEndian(record, maskedCrc32c(record), 4);
    record += bytes;
    appendLittleEndian(record, maskedCrc32c(bytes), 4);
    read(record);
    return 0;
}
