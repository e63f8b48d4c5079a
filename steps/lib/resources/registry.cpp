#include "resources/registry.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.hpp"
#include "resources/config_local/config_local_resource.hpp"
#include "resources/deployment/deployment_resource.hpp"
#include "resources/elasticsearch/elasticsearch_resource.hpp"
#include "resources/firebase/firebase_resource.hpp"
#include "resources/images/images_resource.hpp"
#include "resources/mysql/mysql_resource.hpp"

namespace resources {

namespace {

template <typename Made>
std::unique_ptr<Resource> make(const Settings& settings) {
  return std::make_unique<Made>(settings);
}

struct Entry {
  const char* name;
  std::unique_ptr<Resource> (*make)(const Settings&);
};

// In the order in which people read about them.
constexpr std::array kEntries{
    Entry{"config_local", make<config_local::ConfigLocalResource>},
    Entry{"deployment", make<deployment::DeploymentResource>},
    Entry{"images", images::make},
    Entry{"mysql", make<mysql::MysqlResource>},
    Entry{"elasticsearch", make<elasticsearch::ElasticsearchResource>},
    Entry{"firebase", make<firebase::FirebaseResource>},
};

}  // namespace

const std::vector<std::string>& known_resources() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Entry& entry : kEntries) list.emplace_back(entry.name);
    return list;
  }();
  return names;
}

std::unique_ptr<Resource> make_resource(const std::string& name, const Settings& settings) {
  const auto* found = std::find_if(kEntries.begin(), kEntries.end(),
                                   [&](const Entry& entry) { return entry.name == name; });
  if (found != kEntries.end()) return found->make(settings);
  throw core::Error(core::ExitCode::kConfiguration,
                    fmt::format("this version knows no resource '{}'", name),
                    fmt::format("one of: {}", fmt::join(known_resources(), ", ")));
}

}  // namespace resources
