#pragma once
// Records hash, branch, remote and submodules; the changes against HEAD as one patch (staged or
// not is not told apart: a restore stages them); untracked files; and, if no remote has the
// commit, a bundle of those that none has. All in one item: git locks its index anyway.

#include <memory>

#include "archive/chunk_sink.hpp"
#include "core/ports.hpp"
#include "resources/deployment/configuration.hpp"
#include "resources/resource.hpp"

namespace resources::deployment {

std::unique_ptr<Work> make_capture_work(const Configuration& configuration,
                                        archive::ChunkSink& sink, core::Context& context);

}  // namespace resources::deployment
