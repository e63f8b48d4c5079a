#pragma once
// What a restore keeps beside the live indices: going back to it, and removing it.

#include <string>
#include <vector>

#include "resources/elasticsearch/search_servers.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// Resumable. Templates and pipelines as well.
void move_back(const SearchServers& servers, core::Context& context);
// Throws Error(kPrecondition) where a live index that it is the last state of is missing or red.
void check_aside_unused(const SearchServers& servers, core::Context& context);
void drop_aside(const SearchServers& servers, core::Context& context);
void unstage(const SearchServers& servers, core::Context& context);
std::vector<std::string> list_beside(const SearchServers& servers);

}  // namespace resources::elasticsearch
