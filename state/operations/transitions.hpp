#pragma once
// The changes that steps make to their operation, the environment and the catalogue; each one
// transaction by change().

#include <map>
#include <string>
#include <vector>

#include "state/catalogue/archive_record.hpp"
#include "state/operations/changes.hpp"

namespace state {

// A row `writing`, recorded as the operation's snapshot; returns the new BackupId.
std::string begin_archive(StateFile& file, const Claim& claim);
void complete_archive(StateFile& file, const Claim& claim, const ArchiveRecord& record);
void fail_archive(StateFile& file, const Claim& claim, const std::string& backup_id,
                  const std::string& error);
void record_verified(StateFile& file, const Claim& claim, const std::string& backup_id);
void record_damage(StateFile& file, const Claim& claim, const std::string& backup_id,
                   const std::string& damage);
// As prune_row().
bool record_pruned(StateFile& file, const Claim& claim, const std::string& backup_id);
// BackupId -> reason, as the catalogue holds them now: the caller writes them beside the archives.
using Pins = std::map<std::string, std::string>;
// Both archives of a roll-back that failed: a person will need them.
Pins pin_both(StateFile& file, const Claim& claim, const std::string& reason);

// A restore that has, or needs, no safety archive: FreshServer or AcceptNoSafety allowed it. An
// unusable one is pinned and not this operation's any more.
Pins record_no_safety(StateFile& file, const Claim& claim, const std::string& why);

// kDestroying: the environment is closed for `target` from here on; the journal of `resources` is
// void, and when another archive was being restored before, all of it.
void set_state(StateFile& file, const Claim& claim, EnvironmentState state,
               const std::vector<std::string>& resources, const std::string& target);
// What a restore had replaced of it is back under its live names: nothing is beside it any more.
// `becomes`: kRestored within a roll-back, kLive before a restore of another archive.
void record_moved_back(StateFile& file, const Claim& claim, const std::string& resource,
                       EnvironmentState becomes);
void record_proved(StateFile& file, const Claim& claim);
void own_maintenance(StateFile& file, const Claim& claim, bool was_on);
void release_maintenance(StateFile& file, const Claim& claim);

// Without an operation: after an operation ended, maintenance has been returned.
void clear_maintenance(StateFile& file);
// The environment lives on this machine (place().machine_id) from now on.
void adopt_machine(StateFile& file);
// A person says that the clock is right: the newest time seen becomes now.
void confirm_clock(StateFile& file);

}  // namespace state
