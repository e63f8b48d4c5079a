#include "resources/firebase/project.hpp"

namespace resources::firebase {

Project project_of(const Settings& settings, const core::CancelToken& cancel) {
  Project project;
  project.id = settings.section.get_string("project");
  if (settings.section.get_bool("emulator"))
    project.tokens = std::make_shared<google::AccessTokens>();
  else
    project.tokens = std::make_shared<google::AccessTokens>(
        google::parse_service_account(settings.secret(settings.section.at("credentials"))), cancel);
  return project;
}

}  // namespace resources::firebase
