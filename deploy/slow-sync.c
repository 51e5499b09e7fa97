/* A disk that is slow to flush, for `safeguard bench`: every fsync and fdatasync takes SLOW_US microseconds longer.
 *
 *   cc -shared -fPIC -O2 -o /tmp/slow-sync.so deploy/slow-sync.c
 *   LD_PRELOAD=/tmp/slow-sync.so SLOW_US=3600 target/release/safeguard bench --only load
 *
 * Never here: anything the hub needs.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int flush(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *set = getenv("SLOW_US");
    long us = set ? atol(set) : 0;
    struct timespec pause = {us / 1000000, (us % 1000000) * 1000};
    int done = real(fd);
    nanosleep(&pause, NULL);
    return done;
}

int fsync(int fd) { return flush("fsync", fd); }
int fdatasync(int fd) { return flush("fdatasync", fd); }
