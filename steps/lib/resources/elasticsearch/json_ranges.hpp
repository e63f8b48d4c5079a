#pragma once
// The cutter of json/ under the names of this folder.

#include "json/ranges.hpp"

namespace resources::elasticsearch {

using json::decode_string;
using json::elements_of;
using json::encode_string;
using json::find_member;
using json::member;
using json::members_of;
using json::RawMember;
using json::trimmed;
using json::ValueEnd;

}  // namespace resources::elasticsearch
