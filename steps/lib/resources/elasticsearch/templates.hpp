#pragma once
// Component templates, index templates (old and new) and ingest pipelines: the bytes that the
// server gave, in one text.

#include <functional>
#include <string>
#include <vector>

#include "resources/elasticsearch/cluster.hpp"
#include "resources/resource.hpp"

namespace resources::elasticsearch {

// {"component_templates": {name: {...}}, "index_templates": ..., "legacy_templates": ...,
// "pipelines": ...}. Left out: names that begin with a dot, and what the servers manage themselves.
std::string fetch_templates(Cluster& cluster);

// Puts every one back, replacing what has its name. `before` is called before each change.
void put_templates(Cluster& cluster, const std::string& text, const std::function<void()>& before);

// "index_templates/logs": what `text` holds and `before` does not.
std::vector<std::string> templates_added(const std::string& before, const std::string& text);
// Removes what templates_added() named; what is gone already is no error. Those that others need
// are removed after them.
void remove_templates(Cluster& cluster, const std::vector<std::string>& added,
                      const std::function<void()>& before);

// What the archive holds and the server has not, or has otherwise.
std::vector<Difference> compare_templates(const std::string& archived, const std::string& live);

}  // namespace resources::elasticsearch
