#pragma once
// The rules by which a begin is refused, each on plain values; all throw core::Error.

#include <optional>
#include <string>

#include "state/catalogue/archive_record.hpp"
#include "state/operations/begin.hpp"

namespace state {

// "backup by <build> (asked for by <who>), running since <time>, in phase snapshot".
std::string describe_holder(const Operation& operation);

void refuse_bad_request(const BeginRequest& request, const std::string& environment);
[[noreturn]] void refuse_busy(const Operation& running);
// A build that waited in the queue behind an operation fails as if it had not waited.
void refuse_queued_behind(const BeginRequest& request, const std::optional<Operation>& last_ended);
// true: done before. `earlier`: the newest operation with this RequestId.
bool is_already_done(const BeginRequest& request, const std::optional<Operation>& earlier);
void refuse_closed(const BeginRequest& request, const EnvironmentRow& environment);
void refuse_target(const std::string& backup_id, const std::optional<ArchiveRecord>& target);
[[noreturn]] void refuse_lost_file(const std::string& backup_id);

// By a wrong clock everything may look old.
[[noreturn]] void refuse_clock_jump(std::int64_t now_ms, std::int64_t newest_ms);
// Longer than any pause of a nightly job, or back by more than a correction of the clock.
bool is_implausible_time(std::int64_t now_ms, std::int64_t newest_ms);
// At begin and at each step. An operation that saw one implausible time prunes nothing, also where
// the clock is right again: what it wrote in between may bear a wrong time.
void note_time(EnvironmentRow& environment, Operation& operation, std::int64_t now_ms);

}  // namespace state
