#pragma once
// The view in Firebase, for readers elsewhere; docs/published-view.md tells how it lies there.
// Every write is conditional: a writer that was held up never replaces what is newer.

#include <memory>

#include "environment/environment.hpp"
#include "google/access_tokens.hpp"
#include "publish/view.hpp"

namespace publish {

// What publishing did, for the log.
enum class Mirrored { kWritten, kNewerIsThere };

struct MirrorOptions {
  bool full = false;  // write all, also over what looks newer: repairs what was changed by hand
};

// Throws Error(kCredentials), Error(kUnreachable), Error(kServiceError).
Mirrored mirror_to_realtime(const environment::Environment& environment, const View& view,
                            const MirrorOptions& options,
                            std::shared_ptr<google::AccessTokens> tokens,
                            const core::CancelToken& cancel);
Mirrored mirror_to_firestore(const environment::Environment& environment, const View& view,
                             const MirrorOptions& options,
                             std::shared_ptr<google::AccessTokens> tokens,
                             const core::CancelToken& cancel);

// To wherever environment.publish says.
void mirror(const environment::Environment& environment, const View& view,
            const MirrorOptions& options, const core::CancelToken& cancel);

}  // namespace publish
