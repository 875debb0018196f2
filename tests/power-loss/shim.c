/* A disk that forgets what was not synced, for a process on Linux:
 *
 *     RIVULET_DISK=/a/folder RIVULET_IMAGE=/another LD_PRELOAD=shim.so program
 *
 * The program reads and writes its files in RIVULET_DISK as ever. RIVULET_IMAGE holds what a machine would find there
 * if the power failed now. To fail it, kill the program at any moment and go on with the image.
 *
 * What it models:
 * - A write or a truncation reaches the image only when the same file is synced (fsync, fdatasync), whole ranges at
 *   a time. A kill in the middle of a sync leaves the image with a part of it.
 * - A file that was made anew is in the image once it was synced itself.
 * - unlink, rename and link reach it, in their order, when the folder is synced, or with the next sync of a file that
 *   they name: a journalling file system keeps its metadata in order.
 * - Nothing reaches a real disk: the sync of a file is the copy into the image.
 *
 * What it does not model: unsynced writes that reach the disk all the same, in part or out of order; sectors torn in
 * two; a disk that lies about its syncs; subfolders.
 *
 * What it does not see: mmap (so the image has no `-shm` file: SQLite makes it anew), vectored writes, copies inside
 * the kernel, stdio. Data written in such a way never reaches the image, so a gap here shows as lost data, never as
 * data that seems safe.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 64
#define CHANGES 64
#define NAME 128
#define COPY (64 * 1024)

/* Bytes that the image does not have yet: [from, until). */
struct range { off_t from, until; };

/* A file of the disk with unsynced bytes. */
struct file { char name[NAME]; struct range *ranges; size_t count, room; };

/* A change of the folder that the image does not have yet. */
struct change { enum { UNLINK, RENAME, LINK } kind; char name[NAME], to[NAME]; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *disk, *image;
static struct file files[FILES];
static struct change changes[CHANGES];
static size_t change_count;

static int (*real_open)(const char *, int, ...), (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t), (*real_fsync)(int), (*real_fdatasync)(int);
static int (*real_unlink)(const char *), (*real_rename)(const char *, const char *);
static int (*real_linkat)(int, const char *, int, const char *, int);

/* The model would be wrong from here on: better no result than a wrong one. */
static void give_up(const char *why) {
    fprintf(stderr, "power-loss shim: %s\n", why);
    abort();
}

static void start(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_linkat = dlsym(RTLD_NEXT, "linkat");
    disk = getenv("RIVULET_DISK");
    image = getenv("RIVULET_IMAGE");
    _Static_assert(sizeof(off_t) == 8, "files are of 64 bits here");
}

/* ---- names ---- */

/* The name within the disk, "" for the disk itself, NULL for anything else and for -shm files. */
static const char *within(const char *path) {
    pthread_once(&once, start);
    if (!disk || !image || !path) return NULL;
    size_t length = strlen(disk), whole = strlen(path);
    if (strncmp(path, disk, length) != 0) return NULL;
    if (path[length] == '\0') return "";
    if (path[length] != '/') return NULL;
    const char *name = path + length + 1;
    if (whole >= 4 && strcmp(path + whole - 4, "-shm") == 0) return NULL;
    if (strchr(name, '/')) give_up("a subfolder is in use");
    if (strlen(name) >= NAME) give_up("a name is too long");
    return name;
}

/* The same for an open file, by the name that it has now; NULL for a file that was unlinked. */
static const char *open_name(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return NULL;
    path[length] = '\0';
    static const char gone[] = " (deleted)";
    size_t tail = sizeof gone - 1;
    if ((size_t)length > tail && strcmp(path + length - tail, gone) == 0) return NULL;
    return within(path);
}

static void image_path(const char *name, char path[PATH_MAX]) {
    snprintf(path, PATH_MAX, "%s/%s", image, name);
}

/* ---- what the image does not have yet ---- */

static struct file *find(const char *name) {
    for (size_t i = 0; i < FILES; i++)
        if (files[i].count && strcmp(files[i].name, name) == 0) return &files[i];
    return NULL;
}

static void mark(const char *name, off_t from, off_t until) {
    struct file *file = find(name);
    for (size_t i = 0; !file && i < FILES; i++)
        if (!files[i].count) file = strcpy(files[i].name, name) ? &files[i] : NULL;
    if (!file) give_up("too many files are unsynced");
    struct range *last = file->count ? &file->ranges[file->count - 1] : NULL;
    if (last && last->from <= from && from <= last->until) {
        if (until > last->until) last->until = until;
        return;
    }
    if (file->count == file->room) {
        file->room = file->room ? 2 * file->room : 64;
        file->ranges = realloc(file->ranges, file->room * sizeof *file->ranges);
        if (!file->ranges) give_up("out of memory");
    }
    file->ranges[file->count++] = (struct range){from, until};
}

static void forget(const char *name) {
    struct file *file = find(name);
    if (file) file->count = 0;
}

static void note(int kind, const char *name, const char *to) {
    if (change_count == CHANGES) give_up("too many changes of the folder are unsynced");
    struct change *change = &changes[change_count++];
    change->kind = kind;
    strcpy(change->name, name);
    strcpy(change->to, to);
}

/* ---- syncing ---- */

static void sync_folder(void) {
    char name[PATH_MAX], to[PATH_MAX];
    for (size_t i = 0; i < change_count; i++) {
        image_path(changes[i].name, name);
        image_path(changes[i].to, to);
        /* A file that is not in the image was never synced: then there is nothing to move or remove. */
        int failed = changes[i].kind == UNLINK ? real_unlink(name)
                   : changes[i].kind == RENAME ? real_rename(name, to)
                   : real_linkat(AT_FDCWD, name, AT_FDCWD, to, 0);
        if (failed && errno != ENOENT) give_up("the image's folder cannot be changed");
    }
    change_count = 0;
}

static void copy(int from, int to, struct range range) {
    static char bytes[COPY];
    while (range.from < range.until) {
        off_t left = range.until - range.from;
        ssize_t got = pread(from, bytes, left < COPY ? (size_t)left : COPY, range.from);
        if (got == 0) return; /* It was truncated since. */
        if (got < 0 || real_pwrite(to, bytes, (size_t)got, range.from) != got) give_up("the image cannot be written");
        range.from += got;
    }
}

static void sync_file(const char *name) {
    char path[PATH_MAX];
    for (size_t i = 0; i < change_count; i++)
        if (strcmp(changes[i].name, name) == 0 || strcmp(changes[i].to, name) == 0) {
            sync_folder();
            break;
        }
    snprintf(path, sizeof path, "%s/%s", disk, name);
    int from = real_open(path, O_RDONLY | O_CLOEXEC);
    image_path(name, path);
    int to = real_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat now;
    if (from < 0 || to < 0 || fstat(from, &now)) give_up("the image cannot be opened");
    struct file *file = find(name);
    for (size_t i = 0; file && i < file->count; i++) copy(from, to, file->ranges[i]);
    if (file) file->count = 0;
    if (real_ftruncate(to, now.st_size)) give_up("the image cannot be truncated");
    close(from);
    close(to);
}

/* Answers whether the file was the disk's. */
static int sync_open(int fd) {
    char path[PATH_MAX];
    int error = errno;
    pthread_mutex_lock(&lock);
    const char *name = open_name(fd, path);
    if (name && *name) sync_file(name);
    else if (name) sync_folder();
    pthread_mutex_unlock(&lock);
    errno = error;
    return name != NULL;
}

/* ---- what the program calls ---- */

static void changed(int fd, off_t from, off_t until) {
    char path[PATH_MAX];
    int error = errno;
    pthread_mutex_lock(&lock);
    const char *name = open_name(fd, path);
    if (name && *name) mark(name, from, until);
    pthread_mutex_unlock(&lock);
    errno = error;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    pthread_once(&once, start);
    ssize_t written = real_write(fd, bytes, count);
    if (written > 0) {
        int error = errno;
        off_t until = lseek(fd, 0, SEEK_CUR); /* A pipe has none, and is not the disk's. */
        errno = error;
        if (until >= written) changed(fd, until - written, until);
    }
    return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
    pthread_once(&once, start);
    ssize_t written = real_pwrite(fd, bytes, count, at);
    if (written > 0) changed(fd, at, at + written);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

int ftruncate64(int fd, off_t size) {
    pthread_once(&once, start);
    int failed = real_ftruncate(fd, size);
    /* What lay behind reads as zeros if the file grows again. */
    if (!failed) changed(fd, size, INT64_MAX);
    return failed;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int fsync(int fd) {
    pthread_once(&once, start);
    return sync_open(fd) ? 0 : real_fsync(fd);
}

int fdatasync(int fd) {
    pthread_once(&once, start);
    return sync_open(fd) ? 0 : real_fdatasync(fd);
}

int openat64(int folder, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    pthread_once(&once, start);
    int fd = real_openat(folder, path, flags, mode);
    if (fd >= 0 && flags & O_TRUNC) changed(fd, 0, INT64_MAX);
    return fd;
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return openat64(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) __attribute__((alias("open64")));
int openat(int folder, const char *path, int flags, ...) __attribute__((alias("openat64")));

int unlink(const char *path) {
    const char *name = within(path);
    pthread_mutex_lock(&lock);
    int failed = real_unlink(path);
    if (!failed && name) {
        forget(name);
        note(UNLINK, name, "");
    }
    pthread_mutex_unlock(&lock);
    return failed;
}

int rename(const char *path, const char *to) {
    const char *name = within(path), *new = within(to);
    if (!name != !new) give_up("a file is moved into the disk or out of it");
    pthread_mutex_lock(&lock);
    int failed = real_rename(path, to);
    if (!failed && name) {
        forget(new);
        struct file *file = find(name);
        if (file) strcpy(file->name, new);
        note(RENAME, name, new);
    }
    pthread_mutex_unlock(&lock);
    return failed;
}

int linkat(int folder, const char *path, int to_folder, const char *to, int flags) {
    const char *name = within(path), *new = within(to);
    if (!name != !new) give_up("a file is linked into the disk or out of it");
    pthread_mutex_lock(&lock);
    int failed = real_linkat(folder, path, to_folder, to, flags);
    if (!failed && name) {
        if (find(name)) give_up("a file is linked before it is synced");
        note(LINK, name, new);
    }
    pthread_mutex_unlock(&lock);
    return failed;
}
