#include "resources/firebase/firestore_part.hpp"

#include "resources/firebase/firestore_capture.hpp"
#include "resources/firebase/firestore_checks.hpp"
#include "resources/firebase/firestore_destroy.hpp"
#include "resources/firebase/firestore_prove.hpp"
#include "resources/firebase/firestore_restore.hpp"

namespace resources::firebase {

std::string FirestorePart::name() const {
  return kFirestore;
}

PreflightReport FirestorePart::preflight_backup(core::Context& context) {
  return check_firestore_backup(m_settings, context);
}

PreflightReport FirestorePart::preflight_restore(const archive::ArchiveReader& archive,
                                                 core::Context& context) {
  return check_firestore_restore(m_settings, archive, context);
}

std::unique_ptr<Work> FirestorePart::open(archive::ChunkSink& sink, core::Context& context) {
  return std::make_unique<FirestoreCapture>(m_settings, sink, context);
}

std::vector<std::string> FirestorePart::destroy(const archive::ArchiveReader& archive,
                                                core::Context& context) {
  return destroy_firestore(m_settings, archive, context);
}

std::unique_ptr<Work> FirestorePart::restore(const archive::ArchiveReader& archive,
                                             core::Context& context) {
  return std::make_unique<FirestoreRestore>(m_settings, archive, context);
}

std::unique_ptr<Work> FirestorePart::prove(const archive::ArchiveReader& archive,
                                           core::Context& context) {
  return std::make_unique<FirestoreProve>(m_settings, archive, context);
}

}  // namespace resources::firebase
