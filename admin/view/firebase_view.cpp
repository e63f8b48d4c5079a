#include "admin/view/firebase_view.hpp"

#include "core/error.hpp"
#include "google/service_account.hpp"

namespace admin {

namespace {

std::shared_ptr<google::AccessTokens> tokens_of(const EnvironmentSource& source,
                                                const core::CancelToken& cancel) {
  if (source.view_account.empty()) return std::make_shared<google::AccessTokens>();
  return std::make_shared<google::AccessTokens>(google::parse_service_account(source.view_account),
                                                cancel);
}

}  // namespace

FirebaseView::FirebaseView(const EnvironmentSource& source, const core::CancelToken& cancel)
    : m_service({"the published view", source.view_url}, tokens_of(source, cancel), cancel) {}

std::optional<json::Value> FirebaseView::changed() {
  auto document = m_service.get_json("/view.json", "reading the published view");
  if (document.is_null())
    throw core::Error(core::ExitCode::kNotFound, "nothing has been published yet",
                      "the step publish writes it");
  const auto revision = document.get_int("revision");
  if (revision == m_revision) return std::nullopt;
  if (const auto wanted = document.get_int("catalogue_revision"); wanted != m_archives_revision) {
    const auto archives = m_service.get_json("/archives.json", "reading the published archives");
    const auto* list = archives.find("list");
    m_archives = list == nullptr ? json::Value() : *list;
    // what is older than the view is asked for again at the next look
    m_archives_revision = archives.get_int("revision", -1);
  }
  m_revision = revision;
  document.set("archives", m_archives);
  return document;
}

}  // namespace admin
