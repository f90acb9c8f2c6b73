// Keeps the addon loadable on machines with an older C library than the one it was built with (glibc 2.25 is enough).
// The C++ runtime, which is linked in, asks for a few newer symbols. Defined here, they are not looked up in the C
// library at all.
#include <features.h>

#if defined(__GLIBC__)

#if defined(__x86_64__)
#define FIRST_VERSION "GLIBC_2.2.5"
#elif defined(__aarch64__)
#define FIRST_VERSION "GLIBC_2.17"
#endif

#define HIDDEN __attribute__((visibility("hidden")))

extern "C" {

// Since glibc 2.32: whether the process has one thread. "No" makes reference counts atomic, which is always right.
HIDDEN char __libc_single_threaded = 0;

// Since glibc 2.35: finds unwind tables for a thrown exception. "Not found" ends the process at the throw; nothing here
// catches exceptions, so that they end it anyhow.
HIDDEN int _dl_find_object(void*, void*) { return -1; }

// Moved between libraries in glibc 2.34 and got a new version then; the old one is still there.
int firstPthreadOnce(int*, void (*)());
int firstPthreadKeyCreate(unsigned*, void (*)(void*));
__asm__(".symver firstPthreadOnce, pthread_once@" FIRST_VERSION);
__asm__(".symver firstPthreadKeyCreate, __pthread_key_create@" FIRST_VERSION);

HIDDEN int pthread_once(int* control, void (*routine)()) { return firstPthreadOnce(control, routine); }
HIDDEN int __pthread_key_create(unsigned* key, void (*destroy)(void*)) { return firstPthreadKeyCreate(key, destroy); }
}

#endif
