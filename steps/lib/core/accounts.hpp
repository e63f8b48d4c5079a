#pragma once
// Names and numbers of this system's users and groups. Any thread.

#include <cstdint>
#include <optional>
#include <string>

namespace core {

// Empty when the number has no name here.
std::string user_name(std::uint32_t uid);
std::string group_name(std::uint32_t gid);

std::optional<std::uint32_t> user_id(const std::string& name);
std::optional<std::uint32_t> group_id(const std::string& name);

}  // namespace core
