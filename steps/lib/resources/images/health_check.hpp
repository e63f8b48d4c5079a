#pragma once
// After the services were started anew: does the application answer?

#include "core/cancel_token.hpp"
#include "resources/images/image_settings.hpp"

namespace resources::images {

// Asks once a second until the URL answers as expected. Throws Error(kUnreachable) when nothing
// answers until the time is over, Error(kServiceError) when what answers is something else.
void wait_until_healthy(const HealthCheck& check, const core::CancelToken& cancel);

}  // namespace resources::images
