#include "resources/firebase/auth_checks.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/firebase/auth_capture.hpp"
#include "resources/firebase/auth_site.hpp"
#include "resources/firebase/auth_user.hpp"
#include "resources/firebase/checked.hpp"

namespace resources::firebase {

namespace {

constexpr std::uint64_t kUserBytes = 600;  // a guess, to find space by

// Every restore needs them, so a backup without them would be of no use.
void check_hash_parameters(const Settings& settings, Accounts& accounts) {
  const auto parameters = hash_parameters_of(settings);
  const auto own = accounts.hash_config();
  if (own.is_null() || agrees(parameters, own)) return;
  throw core::Error(
      core::ExitCode::kConfiguration,
      fmt::format("{}: the password hash parameters are not the project's", accounts.title()),
      "copy them from the Firebase console again: with these nobody could sign in "
      "after a restore");
}

void check_hashes(Accounts& accounts, PreflightReport& report) {
  std::uint64_t missing = 0;
  std::uint64_t apps = 0;
  std::string first;
  accounts.read_first([&](std::string_view object) {
    const auto user = parse_user(object);
    if (user.hash_missing && missing++ == 0) first = user.id;
    if (user.authenticator_app) ++apps;
  });
  report.estimated_bytes += accounts.count() * kUserBytes;
  if (missing > 0) throw missing_hashes(accounts.title(), missing, first);
  if (apps > 0)
    report.findings.push_back(
        {core::ExitCode::kPrecondition,
         fmt::format("{}: users have an authenticator app as second factor, whose secret Firebase "
                     "does not tell",
                     accounts.title()),
         "they will have to enrol again after a restore", false});
}

}  // namespace

PreflightReport check_auth_backup(const Settings& settings, core::Context& context) {
  PreflightReport report;
  checked(report, [&] {
    for (const auto& accounts : open_accounts(settings, context.cancel)) {
      checked(report, [&] { check_hash_parameters(settings, *accounts); });
      checked(report, [&] { check_hashes(*accounts, report); });
    }
  });
  return report;
}

PreflightReport check_auth_restore(const Settings& settings, const archive::ArchiveReader& archive,
                                   core::Context& context) {
  PreflightReport report;
  checked(report, [&] {
    for (const auto& site : open_tenants(settings, archive, context.cancel)) {
      checked(report, [&] { check_hash_parameters(settings, *site.accounts); });
      checked(report, [&] { site.accounts->require_writable(); });
      report.plan.push_back(fmt::format("{}: {} users now, {} in the archive",
                                        site.accounts->title(), site.accounts->count(),
                                        site.archived.users.count()));
    }
  });
  return report;
}

std::string auth_holds(const Settings& settings, core::Context& context) {
  for (const auto& accounts : open_accounts(settings, context.cancel))
    if (const std::uint64_t first = accounts->read_first([](std::string_view) {}); first > 0)
      return fmt::format("{} users of {}", std::max(first, accounts->count()), accounts->title());
  return "";
}

}  // namespace resources::firebase
