#pragma once
// The stages of the resource as the steps run them.

#include <memory>
#include <string>

#include "resources/elasticsearch/elasticsearch_resource.hpp"
#include "tests/unit/support/memory_context.hpp"

namespace search_test {

// Secrets stand in the section as plain texts.
std::unique_ptr<resources::elasticsearch::ElasticsearchResource> make_resource(
    const json::Value& section);
// Runs a Work's items on two workers, then finish().
json::Value run_work(resources::Work& work, core::Context& context, std::size_t workers = 2);
// The archive's path.
std::string capture(resources::Resource& resource, const std::string& folder,
                    core::Context& context);

}  // namespace search_test
