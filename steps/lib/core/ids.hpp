#pragma once
// BackupId: <environment>-<UTC yyyymmddThhmmssZ>-<6 hex>. Also the archive's file name without
// .tar, so its alphabet is narrow: nothing that a path, a shell or a URL could read otherwise.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace core {

// `bytes` random bytes from the kernel as lower-case hex.
std::string random_hex(std::size_t bytes);

// 1-64 of [a-z0-9-], first and last a letter or digit.
bool is_environment_name(std::string_view text);

std::string make_backup_id(std::string_view environment, std::int64_t unix_ms);
bool is_backup_id(std::string_view text);
// The environment's name inside a valid BackupId.
std::string environment_of(std::string_view backup_id);

// "op-" + 16 hex.
std::string make_operation_id();
bool is_operation_id(std::string_view text);

}  // namespace core
