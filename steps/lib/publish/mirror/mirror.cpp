#include "publish/mirror/mirror.hpp"

#include "core/log.hpp"

namespace publish {

namespace {

std::shared_ptr<google::AccessTokens> tokens_of(const json::Value& publish,
                                                const core::CancelToken& cancel) {
  if (publish.get_bool("emulator")) return std::make_shared<google::AccessTokens>();
  return std::make_shared<google::AccessTokens>(
      google::parse_service_account(environment::resolve_secret(publish.at("credentials"))),
      cancel);
}

void tell(Mirrored done, const char* where) {
  if (done == Mirrored::kNewerIsThere)
    core::log_info(std::string("a newer view is in ") + where + " already: it stays");
  else
    core::log_info(std::string("the view is published in ") + where);
}

}  // namespace

void mirror(const environment::Environment& environment, const View& view,
            const MirrorOptions& options, const core::CancelToken& cancel) {
  const auto& publish = environment.publish;
  if (publish.is_null()) return;
  const auto tokens = tokens_of(publish, cancel);
  if (publish.contains("realtime"))
    tell(mirror_to_realtime(environment, view, options, tokens, cancel), "the Realtime Database");
  if (publish.contains("firestore"))
    tell(mirror_to_firestore(environment, view, options, tokens, cancel), "Firestore");
}

}  // namespace publish
