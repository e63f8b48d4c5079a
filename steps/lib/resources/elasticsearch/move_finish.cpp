#include "resources/elasticsearch/move_finish.hpp"

#include <fmt/format.h>

#include "resources/elasticsearch/destroy.hpp"
#include "resources/elasticsearch/index_facts.hpp"
#include "resources/elasticsearch/json_ranges.hpp"

namespace resources::elasticsearch {

namespace {

void put(Cluster& cluster, const std::string& name, const std::string& body,
         core::Context& context) {
  context.lease.check();
  cluster.call("PUT", path_of(name, "/_settings"), body, "putting the settings of " + name);
}

void add(std::string& actions, const std::string& action) {
  actions += (actions.empty() ? "" : ",") + action;
}

void put_aliases(Cluster& cluster, const std::vector<IndexDefinition>& definitions,
                 core::Context& context) {
  std::string actions;
  for (const auto& definition : definitions) {
    for (const auto& action : definition.alias_actions()) add(actions, action);
    const auto found = look_at(cluster, definition.name());
    if (found && !found->origin_alias.empty())
      add(actions,
          fmt::format(R"({{"remove":{{"index":{},"alias":{}}}}})", encode_string(definition.name()),
                      encode_string(found->origin_alias)));
  }
  if (actions.empty()) return;
  context.lease.check();
  cluster.call("POST", "/_aliases", fmt::format(R"({{"actions":[{}]}})", actions),
               "putting the aliases back");
}

}  // namespace

void finish_moved(Cluster& cluster, const std::vector<IndexDefinition>& definitions,
                  core::Context& context) {
  for (const auto& definition : definitions) {
    remove_blocks(cluster, definition.name(), context.lease);
    put(cluster, definition.name(), definition.settings_after_move(), context);
  }
  put_aliases(cluster, definitions, context);
  for (const auto& definition : definitions)
    if (const auto blocks = definition.blocks_body(); !blocks.empty())
      put(cluster, definition.name(), blocks, context);
}

}  // namespace resources::elasticsearch
