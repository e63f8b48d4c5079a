#pragma once
// The restore journal: which items are in, and small facts. One durable transaction a call; writes
// are refused once the claim is lost.

#include <optional>
#include <string>
#include <vector>

#include "state/operations/changes.hpp"
#include "state/state_file.hpp"

namespace state {

bool is_journalled(const StateFile& file, const std::string& resource, const std::string& item);
std::vector<std::string> journalled(const StateFile& file, const std::string& resource);
void add_to_journal(StateFile& file, const Claim& claim, const std::string& resource,
                    const std::string& item);
// No items: all of the resource.
void clear_journal(StateFile& file, const Claim& claim, const std::string& resource,
                   const std::vector<std::string>& items);
void remember_fact(StateFile& file, const Claim& claim, const std::string& resource,
                   const std::string& key, const std::string& value);
std::optional<std::string> recall_fact(const StateFile& file, const std::string& resource,
                                       const std::string& key);

// Inside a transaction: the items of one resource, or everything (items, and facts too).
void drop_items(SQLite::Database& db, const std::string& resource);
void drop_all_items(SQLite::Database& db);
void drop_facts(SQLite::Database& db);

}  // namespace state
