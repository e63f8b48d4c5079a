#pragma once
// One archive against its manifest. What does not agree is read a second time, past the page cache,
// before it is called damaged.

#include <optional>
#include <string>

#include "core/ports.hpp"
#include "environment/environment.hpp"
#include "state/catalogue/archive_record.hpp"

namespace verify {

// Throws Error(kStorage) when the archive folder holds not one archive of this environment: its
// disk is not mounted, and no archive may be called damaged for that.
void refuse_empty_folder(const environment::Environment& environment);

// Empty: whole. Else what is damaged and what it means; a file that is gone is damage too, if
// others are there. Other trouble (I/O, a newer format, an empty folder) is thrown.
std::optional<std::string> find_damage(const environment::Environment& environment,
                                       const state::ArchiveRecord& record, core::Context& context);

// Error(kIntegrity) that says so.
[[noreturn]] void throw_damaged(const std::string& backup_id, const std::string& damage);

}  // namespace verify
