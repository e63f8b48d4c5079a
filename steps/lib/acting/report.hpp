#pragma once
// What a build keeps of a check beside the result file: a JUnit report, and the manifest of an
// archive. Both go into the folder of report_option(); nothing is written without one.

#include <string>
#include <vector>

#include "cli/run_main.hpp"

namespace acting {

struct ReportCase {
  std::string name;     // a sentence: "mysql equals the archive"
  std::string failure;  // empty: it holds
};

// --report-folder, from STEP_REPORT_FOLDER.
cli::Option report_option();

// <folder>/<suite>-<backup_id>.xml. Throws Error(kStorage).
void write_junit(const cli::Options& options, const std::string& suite,
                 const std::string& backup_id, const std::vector<ReportCase>& cases);

// <folder>/<backup_id>.json, a copy of <archive_folder>/<backup_id>.json. Throws Error(kStorage).
void keep_manifest(const cli::Options& options, const std::string& archive_folder,
                   const std::string& backup_id);

// The text of the report. Bytes that XML 1.0 cannot hold become '?'.
std::string junit_text(const std::string& suite, const std::vector<ReportCase>& cases);

}  // namespace acting
