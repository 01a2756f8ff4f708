// The OpenMP runtime that oneDNN was linked with, whichever it is.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>

#include "COneDNN.h"

bool ichor_set_openmp_threads(int count) {
  void (*set)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (!set) return false;
  set(count);
  return true;
}

typedef struct {
  void (*body)(void *, int64_t);
  void *context;
  int64_t count;
  atomic_llong next;
} parallel_run;

static void take_turns(void *data) {
  parallel_run *run = data;
  for (;;) {
    int64_t index = atomic_fetch_add(&run->next, 1);
    if (index >= run->count) return;
    run->body(run->context, index);
  }
}

void ichor_run_parallel(
    int threads, int64_t count, void (*body)(void *context, int64_t index), void *context) {
  parallel_run run = {body, context, count, 0};
  // The entry point that GCC's code for `#pragma omp parallel` calls; LLVM's runtime has it too.
  // Threads of another pool would fight with OpenMP's, which spin between two primitives.
  typedef void (*gomp_parallel)(void (*)(void *), void *, unsigned, unsigned);
  gomp_parallel parallel = (gomp_parallel)dlsym(RTLD_DEFAULT, "GOMP_parallel");
  if (parallel && threads > 1 && count > 1)
    parallel(take_turns, &run, (unsigned)threads, 0);
  else
    take_turns(&run);
}
