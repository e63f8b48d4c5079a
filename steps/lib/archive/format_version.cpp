#include "archive/format_version.hpp"

#include <charconv>

#include <fmt/format.h>

#include "archive/manifest.hpp"
#include "core/error.hpp"

namespace archive {

namespace {

using core::Error;
using core::ExitCode;

bool read_number(std::string_view text, int& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() && result.ptr == text.data() + text.size() && number >= 0;
}

bool read_version(std::string_view text, FormatVersion& version) {
  const auto dot = text.find('.');
  return dot != std::string_view::npos && read_number(text.substr(0, dot), version.major) &&
         read_number(text.substr(dot + 1), version.minor);
}

}  // namespace

std::string format_version_text(int major, int minor) {
  return fmt::format("{}.{}", major, minor);
}

std::string format_document() {
  json::Value document;
  document.set("format", "environment-backup");
  document.set("format_version", format_version_text(kFormatMajor, kFormatMinor));
  return json::dump_pretty(document);
}

FormatVersion check_format_version(const json::Value& document, const std::string& name) {
  const json::Value* text = document.find("format_version");
  FormatVersion version;
  if (text == nullptr || !text->is_string() || !read_version(text->as_string(), version) ||
      version.major < 1)
    throw Error(ExitCode::kIntegrity, fmt::format("{}: no format_version", name),
                kUseAnotherArchive);
  if (version.major > kFormatMajor)
    throw Error(ExitCode::kConfiguration,
                fmt::format("{}: the archive has format {}.{}, this version reads {}.x", name,
                            version.major, version.minor, kFormatMajor),
                "use the version of environment-backup that wrote it, or a newer one");
  return version;
}

}  // namespace archive
