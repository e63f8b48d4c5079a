#pragma once
// Paths as text that JSON, logs and people can hold: raw bytes percent-encoded, all but
// [A-Za-z0-9_./-]. Reading them back trusts nothing.

#include <string>
#include <string_view>
#include <utility>

namespace core {

std::string encode_path(std::string_view path);
// Throws Error(kIntegrity) for what encode_path() cannot have written.
std::string decode_path(std::string_view text);
// The same for a path below some root: Error(kIntegrity) when it is absolute, holds "." or "..", an
// empty part, one above 255 bytes, or a zero byte.
std::string decode_relative_path(std::string_view text);

// Lower-case hex. from_hex throws Error(kIntegrity) for anything but pairs of such digits.
std::string to_hex(std::string_view bytes);
std::string from_hex(std::string_view text);

// "a/b" -> {"a", "b"}; "b" -> {".", "b"}.
std::pair<std::string_view, std::string_view> split_path(std::string_view path);

}  // namespace core
