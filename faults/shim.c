// Makes one file operation of a process fail, or kills the process there: loaded with LD_PRELOAD.
//
//   cc -O2 -shared -fPIC -o shim.so shim.c -ldl
//
//   FAULT=KIND:N[+]:ACTION   the N-th operation of the kind, counted from 1; with + all from there on
//     KIND    open read write sync rename remove mkdir link truncate stat list lock, or any of these;
//             thread, for pthread_create
//     ACTION  kill, or an error: EIO ENOSPC EACCES EMFILE ESTALE EROFS EDQUOT ENOENT EAGAIN
//   FAULT_PATH=TEXT          counts only operations on paths that contain the text
//   FAULT_PROGRAM=NAME       only in the executable of that name, not in what it starts or was
//                            started by
//   FAULT_LOG=FILE           appends “KIND N PATH” when it strikes
//   FAULT_COUNTS=FILE        writes “KIND COUNT” lines at the end; FAULT need not be set
//
// Counting is per process and over all of its threads: a program that works on one thread meets the
// same operation each time. Reads and writes of stdio's own buffers go past this library.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
  OPEN, READ, WRITE, SYNC, RENAME, REMOVE, MKDIR, LINK, TRUNCATE, STAT, LIST, LOCK, THREAD,
  KINDS
};
static const char *const kind_names[KINDS + 1] = {
    "open", "read", "write", "sync", "rename", "remove", "mkdir", "link", "truncate", "stat", "list",
    "lock", "thread", "any"};

static atomic_ulong counts[KINDS + 1];
static int wanted_kind = -1;
static unsigned long wanted_number;
static bool is_lasting, kills;
static int error_number;
static const char *path_text, *log_file, *counts_file;
static bool is_active;

static int error_named(const char *name) {
  static const struct { const char *name; int number; } known[] = {
      {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EACCES", EACCES}, {"EMFILE", EMFILE}, {"ESTALE", ESTALE},
      {"EROFS", EROFS}, {"EDQUOT", EDQUOT}, {"ENOENT", ENOENT},
      {"EAGAIN", EAGAIN}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(name, known[i].name)) return known[i].number;
  return 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *program = getenv("FAULT_PROGRAM");
  if (program) {
    char place[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", place, sizeof place - 1);
    if (length < 0) return;
    place[length] = 0;
    const char *slash = strrchr(place, '/');
    if (strcmp(slash ? slash + 1 : place, program)) return;
  }
  path_text = getenv("FAULT_PATH");
  log_file = getenv("FAULT_LOG");
  counts_file = getenv("FAULT_COUNTS");
  const char *fault = getenv("FAULT");
  if (fault) {
    char kind[16], action[16], plus = 0;
    unsigned long number;
    if (sscanf(fault, "%15[a-z]:%lu%c", kind, &number, &plus) != 3 || !strrchr(fault, ':')) goto bad;
    snprintf(action, sizeof action, "%s", strrchr(fault, ':') + 1);
    for (int i = 0; i <= KINDS; i++)
      if (!strcmp(kind, kind_names[i])) wanted_kind = i;
    wanted_number = number;
    is_lasting = plus == '+';
    kills = !strcmp(action, "kill");
    error_number = error_named(action);
    if (wanted_kind < 0 || (!kills && !error_number)) goto bad;
  }
  is_active = fault || counts_file;
  return;
bad:
  fprintf(stderr, "shim: FAULT=%s is not KIND:N[+]:ACTION\n", fault);
  _exit(64);
}

static void put(const char *file, const char *text, int flags) {
  // System calls of our own: the functions of this name are those below.
  int descriptor = (int)syscall(SYS_openat, AT_FDCWD, file, flags | O_WRONLY | O_CREAT, 0644);
  if (descriptor < 0) return;
  (void)!syscall(SYS_write, descriptor, text, strlen(text));
  syscall(SYS_close, descriptor);
}

__attribute__((destructor)) static void end(void) {
  if (!counts_file || !is_active) return;
  char text[512];
  int used = 0;
  for (int i = 0; i <= KINDS; i++)
    used += snprintf(text + used, sizeof text - (size_t)used, "%s %lu\n", kind_names[i], counts[i]);
  put(counts_file, text, O_TRUNC);
}

/// Whether the operation on the path is to fail; errno is then set. Does not return where it kills.
static bool strikes(enum kind kind, const char *path) {
  if (!is_active || !path) return false;
  bool is_of_file = kind != THREAD;
  if (path_text && is_of_file && !strstr(path, path_text)) return false;
  unsigned long number = atomic_fetch_add(&counts[kind], 1) + 1;
  unsigned long of_all = is_of_file ? atomic_fetch_add(&counts[KINDS], 1) + 1 : 0;
  if (wanted_kind == KINDS && is_of_file)
    number = of_all;
  else if (wanted_kind != (int)kind)
    return false;
  if (is_lasting ? number < wanted_number : number != wanted_number) return false;
  if (log_file && number == wanted_number) {
    char text[PATH_MAX + 64];
    snprintf(text, sizeof text, "%s %lu %s\n", kind_names[kind], number, path);
    put(log_file, text, O_APPEND);
  }
  if (kills) syscall(SYS_kill, getpid(), SIGKILL);
  errno = error_number;
  return true;
}

static bool strikes_at(enum kind kind, int folder, const char *path) {
  if (!is_active || !path) return false;
  char whole[2 * PATH_MAX];
  if (path[0] == '/') return strikes(kind, path);
  char link[64], place[PATH_MAX];
  snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, place, sizeof place - 1);
  if (length < 0) return false;
  place[length] = 0;
  snprintf(whole, sizeof whole, "%s/%s", place, path);
  return strikes(kind, whole);
}

static bool strikes_file(enum kind kind, int descriptor) {
  if (!is_active) return false;
  char link[64], place[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, place, sizeof place - 1);
  // What is no file, such as a pipe, has no path.
  if (length <= 0 || place[0] != '/') return false;
  place[length] = 0;
  return strikes(kind, place);
}

/// The function that this library stands in front of.
#define BEHIND(result, name, ...)                                         \
  static result (*behind)(__VA_ARGS__);                                   \
  if (!behind) behind = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static mode_t mode_of(int flags, va_list rest) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0;
}

#define OPENING(name)                                     \
  int name(const char *path, int flags, ...) {            \
    BEHIND(int, name, const char *, int, ...);            \
    va_list rest;                                         \
    va_start(rest, flags);                                \
    mode_t mode = mode_of(flags, rest);                   \
    va_end(rest);                                         \
    if (strikes_at(OPEN, AT_FDCWD, path)) return -1;      \
    return behind(path, flags, mode);                     \
  }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                  \
  int name(int folder, const char *path, int flags, ...) {\
    BEHIND(int, name, int, const char *, int, ...);       \
    va_list rest;                                         \
    va_start(rest, flags);                                \
    mode_t mode = mode_of(flags, rest);                   \
    va_end(rest);                                         \
    if (strikes_at(OPEN, folder, path)) return -1;        \
    return behind(folder, path, flags, mode);             \
  }
OPENING_AT(openat)
OPENING_AT(openat64)

#define CALL(kind, result, failure, name, parameters, arguments, ...)           \
  result name parameters {                                                      \
    static result(*behind) parameters;                                          \
    if (!behind) behind = (result(*) parameters)dlsym(RTLD_NEXT, #name);        \
    if (__VA_ARGS__) return failure;                                            \
    return behind arguments;                                                    \
  }
#define ON_PATH(kind, result, failure, name, parameters, arguments) \
  CALL(kind, result, failure, name, parameters, arguments, strikes_at(kind, AT_FDCWD, path))
#define ON_PATH_AT(kind, result, failure, name, parameters, arguments) \
  CALL(kind, result, failure, name, parameters, arguments, strikes_at(kind, folder, path))
#define ON_FILE(kind, result, failure, name, parameters, arguments) \
  CALL(kind, result, failure, name, parameters, arguments, strikes_file(kind, file))

ON_PATH(OPEN, int, -1, creat, (const char *path, mode_t mode), (path, mode))
ON_PATH(OPEN, FILE *, NULL, fopen, (const char *path, const char *how), (path, how))
ON_PATH(OPEN, FILE *, NULL, fopen64, (const char *path, const char *how), (path, how))

ON_FILE(READ, ssize_t, -1, read, (int file, void *to, size_t count), (file, to, count))
ON_FILE(READ, ssize_t, -1, pread, (int file, void *to, size_t count, off_t at),
        (file, to, count, at))
ON_FILE(READ, ssize_t, -1, pread64, (int file, void *to, size_t count, off64_t at),
        (file, to, count, at))
ON_FILE(READ, ssize_t, -1, readv, (int file, const struct iovec *to, int count), (file, to, count))

ON_FILE(WRITE, ssize_t, -1, write, (int file, const void *from, size_t count), (file, from, count))
ON_FILE(WRITE, ssize_t, -1, pwrite, (int file, const void *from, size_t count, off_t at),
        (file, from, count, at))
ON_FILE(WRITE, ssize_t, -1, pwrite64, (int file, const void *from, size_t count, off64_t at),
        (file, from, count, at))
ON_FILE(WRITE, ssize_t, -1, writev, (int file, const struct iovec *from, int count),
        (file, from, count))
CALL(WRITE, ssize_t, -1, sendfile, (int to, int from, off_t *at, size_t count),
     (to, from, at, count), strikes_file(READ, from) || strikes_file(WRITE, to))
CALL(WRITE, ssize_t, -1, sendfile64, (int to, int from, off64_t *at, size_t count),
     (to, from, at, count), strikes_file(READ, from) || strikes_file(WRITE, to))
CALL(WRITE, ssize_t, -1, copy_file_range,
     (int from, off64_t *at, int to, off64_t *target, size_t count, unsigned flags),
     (from, at, to, target, count, flags), strikes_file(READ, from) || strikes_file(WRITE, to))

ON_FILE(SYNC, int, -1, fsync, (int file), (file))
ON_FILE(SYNC, int, -1, fdatasync, (int file), (file))

ON_PATH(RENAME, int, -1, rename, (const char *path, const char *to), (path, to))
ON_PATH_AT(RENAME, int, -1, renameat, (int folder, const char *path, int other, const char *to),
           (folder, path, other, to))
ON_PATH_AT(RENAME, int, -1, renameat2,
           (int folder, const char *path, int other, const char *to, unsigned flags),
           (folder, path, other, to, flags))

ON_PATH(REMOVE, int, -1, unlink, (const char *path), (path))
ON_PATH_AT(REMOVE, int, -1, unlinkat, (int folder, const char *path, int flags),
           (folder, path, flags))
ON_PATH(REMOVE, int, -1, rmdir, (const char *path), (path))
ON_PATH(REMOVE, int, -1, remove, (const char *path), (path))

ON_PATH(MKDIR, int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH_AT(MKDIR, int, -1, mkdirat, (int folder, const char *path, mode_t mode),
           (folder, path, mode))

CALL(LINK, int, -1, link, (const char *from, const char *path), (from, path),
     strikes_at(LINK, AT_FDCWD, path))
CALL(LINK, int, -1, linkat, (int from, const char *old, int folder, const char *path, int flags),
     (from, old, folder, path, flags), strikes_at(LINK, folder, path))
CALL(LINK, int, -1, symlink, (const char *to, const char *path), (to, path),
     strikes_at(LINK, AT_FDCWD, path))

ON_FILE(TRUNCATE, int, -1, ftruncate, (int file, off_t length), (file, length))
ON_FILE(TRUNCATE, int, -1, ftruncate64, (int file, off64_t length), (file, length))

ON_PATH(STAT, int, -1, stat, (const char *path, struct stat *to), (path, to))
ON_PATH(STAT, int, -1, stat64, (const char *path, struct stat64 *to), (path, to))
ON_PATH(STAT, int, -1, lstat, (const char *path, struct stat *to), (path, to))
ON_PATH(STAT, int, -1, lstat64, (const char *path, struct stat64 *to), (path, to))
ON_FILE(STAT, int, -1, fstat, (int file, struct stat *to), (file, to))
ON_FILE(STAT, int, -1, fstat64, (int file, struct stat64 *to), (file, to))
ON_PATH_AT(STAT, int, -1, fstatat, (int folder, const char *path, struct stat *to, int flags),
           (folder, path, to, flags))
ON_PATH_AT(STAT, int, -1, fstatat64, (int folder, const char *path, struct stat64 *to, int flags),
           (folder, path, to, flags))
ON_PATH(STAT, int, -1, access, (const char *path, int how), (path, how))

ON_PATH(LIST, DIR *, NULL, opendir, (const char *path), (path))
CALL(LIST, struct dirent *, NULL, readdir, (DIR *folder), (folder),
     strikes_file(LIST, dirfd(folder)))
CALL(LIST, struct dirent64 *, NULL, readdir64, (DIR *folder), (folder),
     strikes_file(LIST, dirfd(folder)))

ON_FILE(LOCK, int, -1, flock, (int file, int how), (file, how))

CALL(THREAD, int, errno, pthread_create,
     (pthread_t *thread, const pthread_attr_t *how, void *(*body)(void *), void *argument),
     (thread, how, body, argument), strikes(THREAD, ""))
