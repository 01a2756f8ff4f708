// The library itself: version, processor, the one engine and stream.
#include <pthread.h>

#include "library.h"

static dnnl_engine_t shared_engine;
static dnnl_stream_t shared_stream;
static pthread_once_t created = PTHREAD_ONCE_INIT;

static void create(void) {
  if (dnnl_engine_create(&shared_engine, dnnl_cpu, 0) == dnnl_success)
    dnnl_stream_create(&shared_stream, shared_engine, dnnl_stream_default_flags);
}

dnnl_engine_t ichor_engine(void) {
  pthread_once(&created, create);
  return shared_engine;
}

dnnl_stream_t ichor_stream(void) {
  pthread_once(&created, create);
  return shared_stream;
}

int ichor_dnnl_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}

const char *ichor_dnnl_status_text(int status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented for these shapes, types or layouts";
    case dnnl_runtime_error: return "runtime error";
    default: return "unknown status";
  }
}

bool ichor_dnnl_has_bf16(void) {
  // The instruction sets are a bit field in which a later set holds the bits of the earlier ones.
  int isa = (int)dnnl_get_effective_cpu_isa();
  int needed = (int)dnnl_cpu_isa_avx512_core_bf16;
  return (isa & needed) == needed;
}

int ichor_dnnl_blocked_channels(void) {
  int isa = (int)dnnl_get_effective_cpu_isa();
  int needed = (int)dnnl_cpu_isa_avx512_core;
  return (isa & needed) == needed ? 16 : 8;
}
