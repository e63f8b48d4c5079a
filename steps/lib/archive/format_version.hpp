#pragma once
// "1.0" in format.json and manifest.json: a reader refuses a higher major and ignores unknown keys.

#include <string>
#include <string_view>

#include "json/value.hpp"

namespace archive {

inline constexpr std::string_view kFormatName = "format.json";
inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr const char* kUseAnotherArchive =
    "use another archive: 'catalogue list' shows what there is";

struct FormatVersion {
  int major = 0;
  int minor = 0;
};

std::string format_version_text(int major, int minor);
// The text of format.json.
std::string format_document();
// Reads `format_version`. Throws Error(kIntegrity) when there is none, Error(kConfiguration) for a
// higher major than this reader knows. `name` is for the message.
FormatVersion check_format_version(const json::Value& document, const std::string& name);

}  // namespace archive
