// LD_PRELOAD: ends the process, as SIGKILL would, at its N-th call that changes or flushes files
// (CRASH_AT); counts the calls into CRASH_COUNT. Ends it with exit code 99 when a file is renamed into
// place whose last bytes were never flushed: after a power cut the name would stand and the bytes not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kFiles = 4096 };
static ino_t unflushed[kFiles];
static int calls;

static ino_t inode(int fd) {
  struct stat entry;
  return fstat(fd, &entry) == 0 && S_ISREG(entry.st_mode) ? entry.st_ino : 0;
}

static void remember(int fd, int dirty) {
  const ino_t file = inode(fd);
  if (file != 0) unflushed[file % kFiles] = dirty ? file : 0;
}

static void point(void) {
  const char* at = getenv("CRASH_AT");
  const int number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
  if (at != NULL && number == atoi(at)) kill(getpid(), SIGKILL);
}

static void require_flushed(const char* from) {
  struct stat entry;
  if (stat(from, &entry) != 0 || !S_ISREG(entry.st_mode) || entry.st_size == 0) return;
  if (unflushed[entry.st_ino % kFiles] != entry.st_ino) return;
  dprintf(2, "crash point: %s is renamed before it was flushed\n", from);
  _exit(99);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void* bytes, size_t size) {
  remember(fd, 1);
  return REAL(write)(fd, bytes, size);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  remember(fd, 1);
  return REAL(pwrite64)(fd, bytes, size, offset);
}
int fsync(int fd) {
  point();
  remember(fd, 0);
  return REAL(fsync)(fd);
}
int fdatasync(int fd) {
  point();
  remember(fd, 0);
  return REAL(fdatasync)(fd);
}
int syncfs(int fd) {
  point();
  memset(unflushed, 0, sizeof unflushed);
  return REAL(syncfs)(fd);
}
int rename(const char* from, const char* to) {
  require_flushed(from);
  point();
  return REAL(rename)(from, to);
}
int unlink(const char* path) {
  point();
  return REAL(unlink)(path);
}

__attribute__((destructor)) static void report(void) {
  const char* path = getenv("CRASH_COUNT");
  FILE* file = path != NULL ? fopen(path, "w") : NULL;
  if (file == NULL) return;
  fprintf(file, "%d\n", calls);
  fclose(file);
}
