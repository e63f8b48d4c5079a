#pragma once
// Would the server take the templates and pipelines of an archive? Asked by simulating them: a
// stored one would act on the users' new indices.

#include <string>

#include "resources/elasticsearch/cluster.hpp"

namespace resources::elasticsearch {

// `text` as fetch_templates() gives it. Throws Error(kServiceError) naming the first one that is
// refused, with the server's reason. Stores nothing.
void rehearse_templates(Cluster& cluster, const std::string& text);

}  // namespace resources::elasticsearch
