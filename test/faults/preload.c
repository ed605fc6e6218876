/*
 * Preloaded into the daemon: lets chosen calls on chosen files fail, and sets the wall clock wrong.
 *   FAULT_FILES   part of a path; only files whose name holds it are concerned
 *   FAULT_CALL    write, sync: which call
 *   FAULT_AT      from the how many-th of them on (1 is the first), once the file FAULT_SWITCH exists, if it is named
 *   FAULT_COUNT   how many fail; the ones after them succeed, as Linux lets an fdatasync succeed after a failed one
 *   FAULT_ERRNO   a number; 0 with `write`: only half of the bytes are written, the rest fails with ENOSPC
 *   CLOCK_FILE    a file that holds one int64: milliseconds added to the time of day
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;

static long setting(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text ? atol(text) : otherwise;
}

static int concerns(int fd) {
  const char *part = getenv("FAULT_FILES");
  char link[64], path[4096];
  if (!part) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, part) != NULL;
}

static int fails(const char *call, int fd) {
  const char *chosen = getenv("FAULT_CALL");
  const char *lever = getenv("FAULT_SWITCH");
  if (!chosen || strcmp(chosen, call) || !concerns(fd) || (lever && access(lever, F_OK))) return 0;
  long n = atomic_fetch_add(&calls, 1) + 1 - setting("FAULT_AT", 1);
  return n >= 0 && n < setting("FAULT_COUNT", 1);
}

static int failure(void) {
  errno = (int)setting("FAULT_ERRNO", EIO);
  return -1;
}

#define REAL(result, name, ...) static result (*real)(__VA_ARGS__); if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return fails("sync", fd) ? failure() : real(fd);
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  return fails("sync", fd) ? failure() : real(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  static atomic_int full;
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (atomic_exchange(&full, 0)) return errno = ENOSPC, -1;
  if (!fails("write", fd)) return real(fd, bytes, length, at);
  if (setting("FAULT_ERRNO", EIO) != 0) return failure();
  full = 1;
  /* In blocks, as a disk that is full does it; past the page cache nothing else can be written. */
  return real(fd, bytes, length > 8192 ? length / 2 / 4096 * 4096 : length / 2, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return pwrite64(fd, bytes, length, at);
}

static int64_t shift(void) {
  static volatile int64_t *place;
  const char *path = getenv("CLOCK_FILE");
  if (!path) return 0;
  if (!place) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    void *mapped = mmap(NULL, sizeof *place, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) return 0;
    place = mapped;
  }
  return *place;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  REAL(int, "gettimeofday", struct timeval *, void *);
  int result = real(now, zone);
  now->tv_sec += shift() / 1000;
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  REAL(int, "clock_gettime", clockid_t, struct timespec *);
  int result = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += shift() / 1000;
  return result;
}
