#include "resources/firebase/archived_users.hpp"

#include "resources/firebase/chunk_lines.hpp"

namespace resources::firebase {

void for_each_user(const archive::ArchiveReader& archive, const ArchivedTenant& tenant,
                   core::Context& context, const std::function<void(std::string_view line)>& take) {
  for (const auto* member : tenant.chunks) {
    const auto charge =
        context.memory.acquire(member->plain_size + member->stored_size, context.cancel);
    const auto plain = archive.read(*member);
    for_each_line(plain, take);
  }
}

}  // namespace resources::firebase
