#pragma once
// Preflight of a part reports everything that it finds, so one check that fails must not end it.

#include "core/error.hpp"
#include "resources/resource.hpp"

namespace resources::firebase {

// Runs one check; what it throws is a finding.
template <typename Check>
void checked(PreflightReport& report, const Check& check) {
  try {
    check();
  } catch (const core::Error& error) {
    report.findings.push_back({error.code(), error.what(), error.hint(), true});
  }
}

}  // namespace resources::firebase
