#pragma once
// What stands in the way of a backup or a restore of the images. Reads only.

#include <vector>

#include "archive/archive_reader.hpp"
#include "resources/images/image_settings.hpp"
#include "resources/images/service_image.hpp"
#include "resources/resource.hpp"

namespace resources::images {

PreflightReport check_backup(const ImageSettings& settings, core::Context& context);

// `archived`: those services of the archive that a restore puts back.
PreflightReport check_restore(const ImageSettings& settings,
                              const std::vector<ServiceImage>& archived, core::Context& context);

}  // namespace resources::images
