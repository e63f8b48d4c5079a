#pragma once
// libarchive's headers inside a namespace: they declare a global `struct archive`, which cannot
// stand beside our namespace of that name. The C functions are the same ones. What those headers
// include must have been included before, outside.

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace libarchive {
extern "C" {
#include <archive.h>
#include <archive_entry.h>
}
}  // namespace libarchive
