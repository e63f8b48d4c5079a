#include "acting/report.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "archive/sidecar.hpp"
#include "core/atomic_file.hpp"
#include "core/error.hpp"

namespace acting {

namespace {

constexpr mode_t kReadable = 0644;

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\n':
      case '\t':
        safe += c;
        break;
      default:
        safe += static_cast<unsigned char>(c) < ' ' ? '?' : c;
    }
  }
  return safe;
}

std::string case_text(const std::string& suite, const ReportCase& check) {
  const std::string head =
      fmt::format("  <testcase classname=\"{}\" name=\"{}\"", escaped(suite), escaped(check.name));
  if (check.failure.empty()) return head + "/>\n";
  const std::string first = check.failure.substr(0, check.failure.find('\n'));
  return fmt::format("{}>\n    <failure message=\"{}\">{}</failure>\n  </testcase>\n", head,
                     escaped(first), escaped(check.failure));
}

std::string path_in(const std::string& folder, const std::string& name) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  return folder + "/" + name;
}

}  // namespace

cli::Option report_option() {
  return {"report-folder", "STEP_REPORT_FOLDER", "where to leave a JUnit report and the manifest",
          false, ""};
}

std::string junit_text(const std::string& suite, const std::vector<ReportCase>& cases) {
  const auto failed = std::count_if(cases.begin(), cases.end(),
                                    [](const ReportCase& check) { return !check.failure.empty(); });
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n",
      escaped(suite), cases.size(), failed);
  for (const auto& check : cases) text += case_text(suite, check);
  return text + "</testsuite>\n";
}

void write_junit(const cli::Options& options, const std::string& suite,
                 const std::string& backup_id, const std::vector<ReportCase>& cases) {
  const std::string folder = options.get("report-folder");
  if (folder.empty()) return;
  core::write_file_atomically(path_in(folder, fmt::format("{}-{}.xml", suite, backup_id)),
                              junit_text(suite, cases), kReadable);
}

void keep_manifest(const cli::Options& options, const std::string& archive_folder,
                   const std::string& backup_id) {
  const std::string folder = options.get("report-folder");
  const std::string from = archive::sidecar_path(archive_folder, backup_id);
  if (folder.empty() || !std::filesystem::exists(from)) return;
  const std::string to = path_in(folder, backup_id + ".json");
  std::error_code failure;
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, failure);
  if (failure)
    throw core::Error(core::ExitCode::kStorage,
                      fmt::format("cannot copy {} to {}: {}", from, to, failure.message()),
                      "free some space for the workspace of the build");
}

}  // namespace acting
