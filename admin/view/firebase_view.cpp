#include "admin/view/firebase_view.hpp"

#include <charconv>

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

// A look that fails is told at once, and the next one follows soon.
google::ServiceOptions options_of(const EnvironmentSource& source) {
  google::ServiceOptions options{"the published view", source.view_url};
  options.attempts = 2;
  options.total_timeout_seconds = 20;
  return options;
}

// "web%2Ev2" -> "web.v2": the steps encode what a key of the database may not hold.
std::string plain_key(const std::string& key) {
  std::string text;
  for (std::size_t at = 0; at < key.size(); ++at) {
    unsigned char letter = 0;
    const char* digits = key.data() + at + 1;
    if (key[at] == '%' && at + 2 < key.size() &&
        std::from_chars(digits, digits + 2, letter, 16).ptr == digits + 2) {
      text += static_cast<char>(letter);
      at += 2;
    } else {
      text += key[at];
    }
  }
  return text;
}

json::Value with_plain_keys(const json::Value& value) {
  if (value.is_array()) {
    json::Value list = json::Value::array();
    for (const auto& item : value.as_array()) list.push_back(with_plain_keys(item));
    return list;
  }
  if (!value.is_object()) return value;
  json::Value object = json::Value::object();
  for (const auto& [key, item] : value.as_object())
    object.set(plain_key(key), with_plain_keys(item));
  return object;
}

}  // namespace

FirebaseView::FirebaseView(const EnvironmentSource& source, const core::CancelToken& cancel)
    : m_service(options_of(source), tokens_of(source, cancel), cancel) {}

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
  return with_plain_keys(document);
}

}  // namespace admin
