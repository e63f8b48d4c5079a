#include "resources/firebase/auth_part.hpp"

#include "resources/firebase/auth_capture.hpp"
#include "resources/firebase/auth_checks.hpp"
#include "resources/firebase/auth_destroy.hpp"
#include "resources/firebase/auth_prove.hpp"
#include "resources/firebase/auth_restore.hpp"

namespace resources::firebase {

std::string AuthPart::name() const {
  return kAuth;
}

PreflightReport AuthPart::preflight_backup(core::Context& context) {
  return check_auth_backup(m_settings, context);
}

PreflightReport AuthPart::preflight_restore(const archive::ArchiveReader& archive,
                                            core::Context& context) {
  return check_auth_restore(m_settings, archive, context);
}

std::unique_ptr<Work> AuthPart::open(archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<AuthCapture>(m_settings, sink, context);
}

std::vector<std::string> AuthPart::destroy(const archive::ArchiveReader& archive,
                                           core::Context& context) {
  return destroy_users(m_settings, archive, context);
}

std::unique_ptr<Work> AuthPart::restore(const archive::ArchiveReader& archive,
                                        core::Context& context) {
  return std::make_unique<AuthRestore>(m_settings, archive, context);
}

std::unique_ptr<Work> AuthPart::prove(const archive::ArchiveReader& archive,
                                      core::Context& context) {
  return std::make_unique<AuthProve>(m_settings, archive, context);
}

}  // namespace resources::firebase
