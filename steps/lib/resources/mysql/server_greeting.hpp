#pragma once
// What a server says of itself before anybody has given a name or a password.

#include "core/cancel_token.hpp"
#include "resources/mysql/mysql_settings.hpp"

namespace resources::mysql {

// False when the server (over TCP) offers no TLS. True as well when it does not answer so that this
// could be told: connecting then says why.
bool offers_tls(const MysqlSettings& settings, const core::CancelToken& cancel);

}  // namespace resources::mysql
